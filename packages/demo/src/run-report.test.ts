import { describe, expect, test } from 'vitest'
import { DemoFault } from './demo-fault.ts'
import { checkSameResults, queryDurationsMs, type RunReport } from './run-report.ts'

const report = (bytes: number): RunReport => ({
  runId: 'r1',
  state: 'succeeded',
  wallMs: 1500,
  queries: [
    { name: 'a', rows: 2, bytes, startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:00:01.250Z' },
    { name: 'b', rows: null, bytes: null, startedAt: null, finishedAt: null },
  ],
})

describe('the report of a run', () => {
  test('tells how long each query took, and nothing for one that never began', () => {
    expect(queryDurationsMs(report(20))).toEqual([1250, 0])
  })

  test('of the same results is accepted', () => {
    expect(() => checkSameResults(report(20), report(20))).not.toThrow()
  })

  test('of other results is refused with the name of the query', () => {
    expect(() => checkSameResults(report(20), report(21))).toThrow(
      new DemoFault('The results of the runs r1 and r1 differ: a'),
    )
  })

  test('without all queries is refused', () => {
    expect(() => checkSameResults(report(20), { ...report(20), queries: [] })).toThrow(DemoFault)
  })
})
