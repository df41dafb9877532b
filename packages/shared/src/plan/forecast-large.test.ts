import { expect, test } from 'vitest'
import { forecastLarge } from './forecast-large.ts'

const rest = { left: 10_000, unknown: 0, leftMs: 50_000, longestMs: 100, meanMs: null }

test('very many queries share the slots evenly', () => {
  expect(forecastLarge(rest, 10)).toBe(5000)
})

test('the longest one takes its time', () => {
  expect(forecastLarge({ ...rest, longestMs: 9000 }, 10)).toBe(9000)
})

test('queries of unknown duration take as long as those that have succeeded, else as those that are known', () => {
  expect(forecastLarge({ ...rest, unknown: 5000, meanMs: 4 }, 10)).toBe(7000)
  expect(forecastLarge({ ...rest, unknown: 5000 }, 10)).toBe(10_000)
})

test('nobody knows without any duration, or when nothing runs', () => {
  expect(forecastLarge({ ...rest, unknown: 10_000, leftMs: 0 }, 10)).toBeNull()
  expect(forecastLarge(rest, 0)).toBeNull()
})

test('nothing is left', () => {
  expect(forecastLarge({ left: 0, unknown: 0, leftMs: 0, longestMs: 0, meanMs: null }, 0)).toBe(0)
})
