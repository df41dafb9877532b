import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf } from '../e2e/installation.ts'
import {
  closeGate,
  deadline,
  gatedQueries,
  readRecorded,
  startRun,
  untilBackends,
  untilNothingIsLeft,
  untilProcesses,
} from './private-run.ts'
import type { RunProcesses } from './processes.ts'

const key = 'nightly'
const quick = '-- name: quick\nselect 0 as number;\n\n'

let installation: Installation

beforeEach(async () => {
  installation = await createInstallation()
})
afterEach(() => installation?.dispose())

/** Starts a run with a key, and kills its command and its overseer when one query has ended and two run. */
async function abandonRun(): Promise<RunProcesses> {
  // A worker for each, so that the quick one ends behind the gate also where it has to be tried again.
  const running = await startRun(installation, quick + gatedQueries(3), {}, '--key', key, '--workers', '4')
  const processes = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 2)
  await vi.waitFor(async () => expect((await readRecorded(installation.journal)).succeeded).toBe(1), deadline)
  for (const pid of [running.pid, processes.overseer]) process.kill(pid, 'SIGKILL')
  await running.ended
  return processes
}

async function expectAbandoned(): Promise<void> {
  await vi.waitFor(async () => {
    const status = await installation.querypool(['status', key])
    expect(status.stdout).toMatch(/QP_RUN_ABANDONED\]\n {2}→ .*`querypool run … --key`.*`querypool cancel --force`/)
  }, deadline)
}

test('a run whose command and overseer are killed is told as abandoned, and its key takes it up to its end', async () => {
  const gate = await closeGate(installation)
  const abandoned = await abandonRun()
  const { run } = await readRecorded(installation.journal)
  await expectAbandoned()

  const folder = join(installation.folder, 'output')
  const again = await startRun(installation, quick + gatedQueries(3), {}, '--key', key, '--output', folder)
  await untilProcesses(again.pid, 2)
  await untilBackends(installation, 2)
  await gate.open()
  const finished = await again.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(document).toMatchObject({ runId: run, state: 'succeeded' })
  expect(queryOf(document, 'quick').attempts, 'what had a result is not run again').toBe(1)
  const contents = ['quick', 'wait_1', 'wait_2', 'wait_3'].map((name) => readFile(join(folder, `${name}.csv`), 'utf8'))
  expect(await Promise.all(contents)).toEqual(['number\n0\n', 'number\n1\n', 'number\n2\n', 'number\n3\n'])
  expect(await readRecorded(installation.journal)).toMatchObject({ state: 'succeeded', results: 4, failures: 0 })
  await untilNothingIsLeft(installation, abandoned)
})

test('a run whose command and overseer are killed is ended by a forced cancel, and nothing of it goes on in the database', async () => {
  const gate = await closeGate(installation)
  const abandoned = await abandonRun()
  await expectAbandoned()
  const waiting = installation.start(['cancel', key])
  await vi.waitFor(() => expect(waiting.stderr()).toMatch(/^Waiting: .*--force \[QP_RUN_ABANDONED\]$/m), deadline)
  expect((await readRecorded(installation.journal)).state).toBe('running')
  const cancelled = await installation.querypool(['cancel', key, '--force', '--json'])
  expect(cancelled.status, cancelled.stderr).toBe(4)
  expect(cancelled.stderr).toContain('[QP_CANCEL_UNCONFIRMED]')
  expect((await waiting.ended).status).toBe(4)
  await untilNothingIsLeft(installation, abandoned)
  await gate.open()
  expect(await readRecorded(installation.journal)).toMatchObject({ state: 'cancelled', succeeded: 1, results: 4 })
})
