import { expect, test } from 'vitest'
import { didYouMean, suggest } from './suggest.ts'

const keys = ['name', 'timeout', 'retries', 'tags', 'id']

test.each([
  ['tiemout', 'timeout'],
  ['time-out', 'timeout'],
  ['TIMEOUT', 'timeout'],
  ['nmae', 'name'],
  ['tag', 'tags'],
  ['retires', 'retries'],
  ['note', null],
  ['time', null],
  ['ix', null],
  ['', null],
  ['x'.repeat(100_000), null],
])('%s', (word, expected) => {
  expect(suggest(word, keys)).toBe(expected)
})

test('the closest one is taken', () => {
  expect(suggest('reprt_2', ['report_22', 'report_2', 'report_3'])).toBe('report_2')
})

test('the end of a message says what was meant, or nothing', () => {
  expect(`No.${didYouMean('tga', ['tag'])}`).toBe('No. Did you mean `tag`?')
  expect(didYouMean('tga', [])).toBe('')
})
