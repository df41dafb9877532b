import { expect, test } from 'vitest'
import { allowedMs, median, quantile, summarize } from './measurements.ts'

test('the median is the middle one, or lies between the two in the middle', () => {
  expect(median([30, 10, 20])).toBe(20)
  expect(median([40, 10, 20, 30])).toBe(25)
  expect(median([])).toBeNull()
})

test('a repetition in which the machine paused does not count', () => {
  const repetitions = [
    { wallMs: 100, pausedMs: 0, takenMs: 0 },
    { wallMs: 900, pausedMs: 800, takenMs: null },
    { wallMs: 102, pausedMs: 0, takenMs: 0 },
  ]
  expect(summarize(repetitions)).toEqual({ medianMs: 101, minMs: 100, maxMs: 102, kept: 2, dropped: 1 })
  expect(summarize([{ wallMs: 900, pausedMs: 800, takenMs: null }])).toEqual({
    medianMs: null,
    minMs: null,
    maxMs: null,
    kept: 0,
    dropped: 1,
  })
})

test('a quantile is one of the values', () => {
  const values = [5, 1, 4, 2, 3]
  expect([quantile(values, 0.5), quantile(values, 0.95), quantile(values, 0.01)]).toEqual([3, 5, 1])
  expect(quantile([], 0.5)).toBeNull()
})

test('a run may take 5 % and 0.3 s more than its bound', () => {
  expect(allowedMs(8000)).toBe(8700)
})
