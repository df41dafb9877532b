import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createInstallation, documentOf, type Installation } from '../e2e/installation.ts'
import {
  closeGate,
  deadline,
  expectAllSucceeded,
  gatedQueries,
  readRecorded,
  startRun,
  untilBackends,
  untilProcesses,
  waitingQueries,
  watchBackends,
} from './private-run.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

test('a query whose worker is killed is run again, never twice at once, and succeeds exactly once', async () => {
  const running = await startRun(installation, waitingQueries(6, 6, 1, 1))
  const { workers } = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  const watching = watchBackends(installation)
  process.kill(workers[0] ?? 0, 'SIGKILL')
  const finished = await running.ended
  await watching.expectTwoAtMost()
  expect(finished.status).toBe(0)
  expectAllSucceeded(documentOf(finished), 4)
  const recorded = await readRecorded(installation.journal)
  expect(recorded).toMatchObject({ state: 'succeeded', succeeded: 4, results: 4, lostWorkers: 1, failures: 0 })
  expect(recorded.events).toContain('QP_WORKER_LOST')
})

test('a worker that has to stop gives its query back to another, which counts as no failure', async () => {
  const gate = await closeGate(installation)
  const running = await startRun(installation, gatedQueries(2))
  const { workers } = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  const watching = watchBackends(installation)
  process.kill(workers[0] ?? 0, 'SIGTERM')
  await vi.waitFor(async () => {
    const { rows } = await installation.target.query<{ attempt: string }>(
      `SELECT split_part(application_name, ':', 5) AS attempt FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'qp:%' AND query LIKE 'COPY%' ORDER BY 1`,
    )
    expect(rows.map(({ attempt }) => attempt)).toEqual(['1', '2'])
  }, deadline)
  await gate.open()
  const finished = await running.ended
  await watching.expectTwoAtMost()
  expect(finished.status, finished.stderr).toBe(0)
  expectAllSucceeded(documentOf(finished), 2)
  const recorded = await readRecorded(installation.journal)
  expect(recorded).toMatchObject({ state: 'succeeded', results: 2, lostWorkers: 0, failures: 0 })
  expect(recorded.events, 'a stop that was asked for is no loss').toEqual(['QP_ATTEMPT_GIVEN_BACK'])
})

test('what a worker runs that stands still is ended after a minute and run by another, which keeps its own', async () => {
  const gate = await closeGate(installation)
  const running = await startRun(installation, gatedQueries(2))
  const { workers } = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  const watching = watchBackends(installation)
  process.kill(workers[0] ?? 0, 'SIGSTOP')
  const wake = (): boolean => process.kill(workers[0] ?? 0, 'SIGCONT')
  await vi.waitFor(async () => {
    const { events } = await readRecorded(installation.journal)
    expect(events).toEqual(['QP_WORKER_SILENT', 'QP_WORKER_LOST'])
  }, deadline)
  await gate.open()
  await vi.waitFor(async () => expect((await readRecorded(installation.journal)).state).toBe('succeeded'), deadline)
  wake()
  const document = documentOf(await running.ended)
  await watching.expectTwoAtMost()
  expectAllSucceeded(document, 2)
  expect(document.queries.map(({ attempts }) => attempts).sort()).toEqual([1, 2])
})
