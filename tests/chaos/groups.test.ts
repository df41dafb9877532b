import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf } from '../e2e/installation.ts'
import { closeGate, startRun, untilBackends, untilProcesses, waitForGate } from './private-run.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

const fillers = Array.from({ length: 40 }, (_, n) => `-- name: q${n}\n-- expect: 1ms\nselect ${n} as n;\n`).join('')
const gated = `-- name: gated\n-- expect: 1ms\nselect 1 as one from ${waitForGate};\n`

test('when a worker is lost with several queries, each of them is tried again alone, and none counts as the cause', async () => {
  const gate = await closeGate(installation)
  const running = await startRun(installation, gated + fillers, {}, '--workers', '1')
  const { workers } = await untilProcesses(running.pid, 1)
  await untilBackends(installation, 1)
  process.kill(workers[0] ?? 0, 'SIGKILL')
  await gate.open()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(queryOf(document, 'gated')).toMatchObject({ state: 'succeeded', attempts: 2 })
  const { rows } = await installation.journal.query<{ queries: number; lost: number }>(
    `SELECT count(*)::int AS queries, max(q.lost_workers) AS lost FROM querypool.query q
     WHERE q.run = $1 GROUP BY q.job HAVING max(q.lost_workers) > 0`,
    [document.runId],
  )
  expect(rows.length, 'queries that were with it').toBeGreaterThan(5)
  expect(new Set(rows.map(({ queries }) => queries)), 'each has a job of its own').toEqual(new Set([1]))
  // Each was begun by the lost worker or might have been.
  expect(document.queries.filter(({ attempts }) => attempts === 2)).toHaveLength(rows.length)
})

test('a cancel ends those that a worker runs together, and begins none of the rest', async () => {
  await closeGate(installation)
  const running = await startRun(installation, gated + fillers, {}, '--workers', '1')
  await untilBackends(installation, 1)
  running.interrupt()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(4)
  const document = documentOf(finished)
  expect(document.state).toBe('cancelled')
  expect(queryOf(document, 'gated').state).toBe('cancelled')
  expect(document.queries.every(({ state }) => state !== 'failed')).toBe(true)
  expect(await installation.countBackends()).toBe(0)
})
