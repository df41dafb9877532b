import { expect, test } from 'vitest'
import { parseSize } from './parse-size.ts'

test.each([
  ['10GiB', 10 * 1024 ** 3],
  ['500 MB', 500_000_000],
  [' 1.5KiB ', 1536],
  ['0B', 0],
  ['1kB', 1000],
  ['1KB', 1000],
  ['2TB', 2_000_000_000_000],
  ['8TiB', 8 * 1024 ** 4],
])('%s is read as %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each([
  '',
  '10',
  'GiB',
  '-1GiB',
  '10gib',
  '10Gb',
  '1kiB',
  '10G',
  '1e3B',
  '1.GiB',
  '1  GiB',
  '10GiB x',
  '9999999999999999TiB',
])('%j is no size', (text) => {
  expect(parseSize(text)).toBeNull()
})
