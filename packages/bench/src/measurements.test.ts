import { expect, test } from 'vitest'
import { allowedMs, median, summarize } from './measurements.ts'
import { pauseOf } from './watch-pauses.ts'

test('the median is the middle one, or lies between the two in the middle', () => {
  expect(median([30, 10, 20])).toBe(20)
  expect(median([40, 10, 20, 30])).toBe(25)
  expect(median([])).toBeNull()
})

test('a repetition in which the machine paused does not count', () => {
  const repetitions = [
    { wallMs: 100, pausedMs: 0 },
    { wallMs: 900, pausedMs: 800 },
    { wallMs: 102, pausedMs: 0 },
  ]
  expect(summarize(repetitions)).toEqual({ medianMs: 101, kept: 2, dropped: 1 })
  expect(summarize([{ wallMs: 900, pausedMs: 800 }])).toEqual({ medianMs: null, kept: 0, dropped: 1 })
})

test('a timer that is a little late is no pause of the machine', () => {
  expect(pauseOf(120)).toBe(0)
  expect(pauseOf(1020)).toBe(1000)
})

test('a run may take 5 % and 0.3 s more than its bound', () => {
  expect(allowedMs(8000)).toBe(8700)
})
