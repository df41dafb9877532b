import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createInstallation, type Installation } from '../e2e/installation.ts'
import {
  deadline,
  readRecorded,
  startRun,
  untilBackends,
  untilNothingIsLeft,
  untilProcesses,
  waitingQueries,
} from './private-run.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

test('a second Ctrl-C leaves at once and says how to come back, and the run is cancelled without the command', async () => {
  const running = await startRun(installation, waitingQueries(600, 600, 600))
  const processes = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  // An overseer that stands still cancels nothing, so that the command would wait.
  process.kill(processes.overseer, 'SIGSTOP')
  running.interrupt()
  await vi.waitFor(async () => {
    const { rows } = await installation.journal.query('SELECT FROM querypool.run WHERE cancel_requested_at IS NOT NULL')
    expect(rows).toHaveLength(1)
  }, deadline)
  running.interrupt()
  const finished = await running.ended
  const { run, state } = await readRecorded(installation.journal)
  expect({ state, status: finished.status, stdout: finished.stdout }).toEqual({
    state: 'running',
    status: 4,
    stdout: '',
  })
  expect(finished.stderr).toContain(
    `Run ${run} is cancelled without this command. Come back with: querypool status ${run} --watch`,
  )

  process.kill(processes.overseer, 'SIGCONT')
  await untilNothingIsLeft(installation, processes)
  expect(await readRecorded(installation.journal)).toMatchObject({ state: 'cancelled', succeeded: 0, results: 3 })
  const status = await installation.querypool(['status', run, '--watch'])
  expect(status.status).toBe(4)
})
