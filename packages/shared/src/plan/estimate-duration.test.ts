import { expect, test } from 'vitest'
import { estimateDuration, type Measurement } from './estimate-duration.ts'

test('what is expected is the median of the latest seven measurements, whatever a single one was', () => {
  const estimate = estimateDuration([100, 110, 90_000, 95, 105, 100, 102, 5, 5, 5].map(same), 1)
  expect(estimate).toMatchObject({ basis: 'measured', expectedMs: 102 })
  expect(estimate.measuredMs).toHaveLength(7)
})

test('measurements with the same values of the parameters count before those with others', () => {
  const other = { ms: 9000, isSameSql: true, isSameArguments: false }
  expect(estimateDuration([other, other, same(50)], null)).toMatchObject({ expectedMs: 50, measuredMs: [50] })
  expect(estimateDuration([other], null)).toMatchObject({ basis: 'measured', expectedMs: 9000 })
})

test('measurements of another SQL under the name count only where there are none of this one, but before a guess', () => {
  const changed = { ms: 9000, isSameSql: false, isSameArguments: false }
  expect(estimateDuration([changed, same(50)], 1)).toMatchObject({ basis: 'measured', expectedMs: 50 })
  expect(estimateDuration([changed], 1)).toMatchObject({ basis: 'changed', expectedMs: 9000 })
})

test('without measurements the guess of the definition counts, and without that nothing is known', () => {
  expect(estimateDuration([], 700)).toEqual({ basis: 'expect', expectedMs: 700, measuredMs: [] })
  expect(estimateDuration([], null)).toEqual({ basis: 'unknown', expectedMs: null, measuredMs: [] })
})

function same(ms: number): Measurement {
  return { ms, isSameSql: true, isSameArguments: true }
}
