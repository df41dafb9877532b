import { expect, test } from 'vitest'
import { formatDuration } from './format-duration.ts'
import { parseDuration } from './parse-duration.ts'

test.each([
  ['30s', 30_000],
  ['5m', 300_000],
  ['5min', 300_000],
  ['1h30m', 5_400_000],
  ['1500ms', 1500],
  ['1.5s', 1500],
  ['2d 3h', 183_600_000],
  ['1h 5m 3s 2ms', 3_903_002],
  [' 30 s ', 30_000],
  ['0s', 0],
  ['90m', 5_400_000],
])('%s is read as %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  '',
  '5',
  's',
  '-5s',
  '5x',
  '1m1h',
  '5s5s',
  '1.5h',
  '1e3s',
  '5 s 6',
  '1.s',
  `${'9'.repeat(20)}d`,
  '0x5s',
  '٥s',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull()
})

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [999.6, '1.0 s'],
  [8000, '8.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [200_000, '3 min 20 s'],
  [3_599_400, '59 min 59 s'],
  [3_599_600, '1 h 00 min'],
  [3_900_000, '1 h 05 min'],
  [86_399_000, '1 d 00 h'],
  [97_200_000, '1 d 03 h'],
  [-5, '0 ms'],
])('%d ms is shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
