import { expect, test } from 'vitest'
import { type GroupedRun, groupQueries, type WaitingQuery } from './group-queries.ts'

const run: GroupedRun = { slots: 2, queryCount: 1000, leftCount: 1000, observedMs: null }

function waiting(count: number, rest: Partial<WaitingQuery>, from = 0): WaitingQuery[] {
  return Array.from({ length: count }, (_, n) => ({
    position: from + n,
    effect: 'read',
    timeoutMs: null,
    expectedMs: null,
    priorAttempts: 0,
    lostWorkers: 0,
    ...rest,
  }))
}

function sizes(queries: readonly WaitingQuery[], of: GroupedRun = run): number[] {
  return groupQueries(queries, of).map((job) => job.length)
}

test('short queries are put together up to half a second, and at most 250 of them', () => {
  expect(sizes(waiting(1000, { expectedMs: 1 }), { ...run, leftCount: 2000 }).slice(0, 2)).toEqual([250, 250])
  expect(sizes(waiting(1000, { expectedMs: 40 })).slice(0, 2)).toEqual([12, 12])
  expect(sizes(waiting(1000, {}), { ...run, observedMs: 20 })[0]).toBe(25)
})

test('long ones, writes, and what nothing is known of are alone', () => {
  expect(sizes(waiting(3, { expectedMs: 50 }))).toEqual([1, 1, 1])
  expect(sizes(waiting(3, { expectedMs: 1, effect: 'write' }))).toEqual([1, 1, 1])
  expect(sizes(waiting(3, {}))).toEqual([1, 1, 1])
})

test('what may have taken a worker along is alone, also in a run of a million', () => {
  const suspicious = waiting(2, { expectedMs: 1, lostWorkers: 1 })
  expect(sizes(suspicious)).toEqual([1, 1])
  expect(sizes(suspicious, { ...run, queryCount: 1_000_000 })).toEqual([1, 1])
})

test('the last ones are shared out so that all slots have something to do', () => {
  const jobs = sizes(waiting(80, { expectedMs: 5 }), { ...run, leftCount: 80 })
  expect(jobs.length).toBeGreaterThanOrEqual(8)
  expect(Math.max(...jobs)).toBeLessThanOrEqual(10)
})

test('they are not taken for the last ones because more are not looked at', () => {
  expect(sizes(waiting(200, { expectedMs: 5 }), { ...run, leftCount: 20_000 })).toEqual([100, 100])
})

test('a run of a million queries has some 20,000 jobs, whatever its queries take', () => {
  for (const expectedMs of [null, 1, 30, 5000]) {
    const jobs = sizes(waiting(20_000, { expectedMs }), { ...run, queryCount: 1_000_000, leftCount: 1_000_000 })
    expect(Math.min(...jobs), `${expectedMs} ms`).toBeGreaterThanOrEqual(50)
  }
})

test('queries are only together with those of the same timeout and of as many attempts before', () => {
  const [a, b] = [waiting(40, { expectedMs: 1 }), waiting(40, { expectedMs: 1, timeoutMs: 10 }, 40)]
  const c = waiting(40, { expectedMs: 1, priorAttempts: 1 }, 80)
  for (const job of groupQueries([...a, ...b, ...c], { ...run, leftCount: 120, slots: 1 }))
    expect(new Set(job.map(({ timeoutMs, priorAttempts }) => `${timeoutMs} ${priorAttempts}`)).size).toBe(1)
})

test('each query is in one job, in order, and jobs come in the order of their first queries', () => {
  const queries = [...waiting(5, { expectedMs: 900 }), ...waiting(300, { expectedMs: 3 }, 5)]
  const jobs = groupQueries(queries, run)
  expect(jobs.flat().map(({ position }) => position)).toEqual(queries.map(({ position }) => position))
})
