import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, type Installation } from '../e2e/installation.ts'
import {
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

for (const { what, signal } of [
  { what: 'were killed', signal: 'SIGKILL' },
  { what: 'stand still', signal: 'SIGSTOP' },
] as const)
  test(`a private run whose workers ${what} is cancelled, and nothing of it is left`, async () => {
    const running = await startRun(installation, waitingQueries(600, 600, 600))
    const processes = await untilProcesses(running.pid, 2)
    await untilBackends(installation, 2)
    for (const pid of processes.workers) process.kill(pid, signal)
    const { run } = await readRecorded(installation.journal)
    const cancelled = await installation.querypool(['cancel', run, '--json'])
    const [backends, fences] = await Promise.all([installation.countBackends(), installation.countFences()])
    expect(cancelled.status, cancelled.stderr).toBe(4)
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', confirmed: true })
    expect({ backends, fences }).toEqual({ backends: 0, fences: 0 })
    if (signal === 'SIGSTOP') for (const pid of processes.workers) process.kill(pid, 'SIGCONT')
    expect((await running.ended).status).toBe(4)
    await untilNothingIsLeft(installation, processes)
    expect(await readRecorded(installation.journal)).toMatchObject({
      run,
      state: 'cancelled',
      succeeded: 0,
      results: 3,
    })
  })
