import { expect, test } from 'vitest'
import { latenessOf } from './lateness.ts'

test('a thread that wakes in time was not disturbed, one that wakes late was', () => {
  expect(latenessOf(2.2)).toEqual({ takenMs: 0, pausedMs: 0 })
  expect(latenessOf(12)).toEqual({ takenMs: 10, pausedMs: 0 })
})

test('a thread that wakes very late has seen a pause', () => {
  expect(latenessOf(1002)).toEqual({ takenMs: 1000, pausedMs: 1000 })
})
