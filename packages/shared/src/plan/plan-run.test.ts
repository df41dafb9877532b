import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateDuration } from './estimate-duration.ts'
import { planRun, type QueryToPlan } from './plan-run.ts'

test('queries of unknown duration begin first, by cost; then the longest; equal ones as in the file', () => {
  const queries = [measured(0, [10]), unknown(1, 2), measured(2, [30]), unknown(3, 5), measured(4, [30])]
  const plan = planRun(queries, 2)
  expect(plan.queries.map(({ position }) => position)).toEqual([3, 1, 2, 4, 0])
})

test('six queries of 24 s in all, the longest 8 s, take what the bound says with 2, 3 and 5 slots', () => {
  const queries = [1, 3, 8, 2, 4, 6].map((seconds, position) => measured(position, [seconds * 1000]))
  expect([1, 2, 3, 5].map((slots) => planRun(queries, slots).forecast?.wallMs)).toEqual([24_000, 12_000, 8000, 8000])
  expect(planRun(queries, 2).forecast).toMatchObject({
    boundMs: 12_000,
    totalMs: 24_000,
    longestMs: 8000,
    enoughSlots: 3,
  })
})

test('a query of unknown duration is taken for the mean of the others, and widens the range', () => {
  const known = [measured(0, [100, 100]), measured(1, [300, 300])]
  const { queries, forecast } = planRun([...known, unknown(2, 0)], 1)
  expect(queries[0]).toMatchObject({ position: 2, plannedMs: 200 })
  expect(forecast?.totalMs).toBe(600)
  const width = (plan: typeof forecast): number => (plan?.highMs ?? 0) - (plan?.lowMs ?? 0)
  expect(width(forecast)).toBeGreaterThan(2 * width(planRun([...known, measured(2, [200, 200])], 1).forecast))
})

test('where nothing is known of any query there is an order and no time', () => {
  const plan = planRun([unknown(0, 0), unknown(1, 0)], 2)
  expect(plan.forecast).toBeNull()
  expect(plan.queries.map(({ placement, plannedMs }) => [placement, plannedMs])).toEqual(Array(2).fill([null, null]))
})

test('days that were slow for all queries show in the range', () => {
  const queries = Array.from({ length: 50 }, (_, n) => measured(n, [100, 100, 200, 100, 100, 200, 100]))
  const { wallMs, lowMs, highMs } = planRun(queries, 5).forecast ?? { wallMs: 0, lowMs: 0, highMs: 0 }
  expect(wallMs).toBe(1000)
  expect(lowMs).toBeGreaterThan(900)
  expect(highMs).toBeGreaterThan(1800)
})

test('the range holds the wall time, and a plan of the same queries is the same', () => {
  const anyQueries = fc.array(fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 7 }), { maxLength: 20 })
  fc.assert(
    fc.property(anyQueries, fc.integer({ min: 1, max: 10 }), (all, slots) => {
      const queries = all.map((ms, position) => measured(position, ms))
      const plan = planRun(queries, slots)
      expect(planRun(queries, slots)).toEqual(plan)
      if (plan.forecast === null) return
      const { lowMs, wallMs, highMs, boundMs } = plan.forecast
      expect(lowMs).toBeLessThanOrEqual(wallMs)
      expect(wallMs).toBeLessThanOrEqual(highMs)
      expect(boundMs).toBeLessThanOrEqual(wallMs)
    }),
  )
})

test('a query begins when those that it needs have ended, the longest path first, which is told', () => {
  const queries = [
    measured(0, [700]),
    measured(1, [100]),
    { ...measured(2, [400]), needs: ['q1'] },
    { ...measured(3, [300]), needs: ['q2', 'q0', 'not_selected'] },
    measured(4, [600]),
  ]
  const { criticalPath, forecast, queries: planned } = planRun(queries, 2)
  expect(criticalPath).toEqual(['q0', 'q3'])
  // Slot 1 has 700 of q0 and then 300 of q3, slot 2 has 100, 400 and 600.
  expect(planned.map(({ name, placement }) => [name, placement?.startMs])).toEqual([
    ['q0', 0],
    ['q1', 0],
    ['q2', 100],
    ['q4', 500],
    ['q3', 700],
  ])
  expect(forecast).toMatchObject({ wallMs: 1100, criticalPathMs: 1000, longestMs: 700, boundMs: 1050, enoughSlots: 3 })
})

test('where nothing is known, those that most others come after begin first', () => {
  const queries = [unknown(0, 0), unknown(1, 0), { ...unknown(2, 0), needs: ['q1'] }]
  expect(planRun(queries, 2).queries.map(({ name }) => name)).toEqual(['q1', 'q0', 'q2'])
})

/** A query that took so long in its latest runs. */
function measured(position: number, latestMs: readonly number[]): QueryToPlan {
  const measurements = latestMs.map((ms) => ({ ms, isSameSql: true, isSameArguments: true }))
  return { name: `q${position}`, needs: [], position, estimate: estimateDuration(measurements, null), costMagnitude: 0 }
}

function unknown(position: number, costMagnitude: number): QueryToPlan {
  return { name: `q${position}`, needs: [], position, estimate: estimateDuration([], null), costMagnitude }
}
