import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createInstallation, documentOf, type Installation } from '../e2e/installation.ts'
import {
  deadline,
  expectAllSucceeded,
  readRecorded,
  startRun,
  untilBackends,
  untilProcesses,
  waitingQueries,
  watchBackends,
} from './private-run.ts'
import { findLiving } from './processes.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

test('when the overseer of a run is killed, the command starts another, and the run succeeds', async () => {
  const running = await startRun(installation, waitingQueries(5, 4, 3, 1, 1, 1))
  const { overseer } = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  const watching = watchBackends(installation)
  process.kill(overseer, 'SIGKILL')
  const finished = await running.ended
  await watching.expectTwoAtMost()
  expect(finished.status).toBe(0)
  expectAllSucceeded(documentOf(finished), 6)
  const recorded = await readRecorded(installation.journal)
  expect(recorded).toMatchObject({ state: 'succeeded', succeeded: 6, results: 6, failures: 0 })
  expect(recorded.events).toContain('QP_OVERSEER_RESTARTED')
})

test('when the command itself is killed, its run goes on to the end and leaves no process behind', async () => {
  const running = await startRun(installation, waitingQueries(4, 3, 1, 1))
  const { overseer, workers } = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  process.kill(running.pid, 'SIGKILL')
  await running.ended
  await vi.waitFor(async () => {
    expect(await readRecorded(installation.journal)).toMatchObject({ state: 'succeeded', succeeded: 4, results: 4 })
  }, deadline)
  await vi.waitFor(async () => expect(await findLiving([overseer, ...workers])).toEqual([]), deadline)
})
