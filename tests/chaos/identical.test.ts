import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf } from '../e2e/installation.ts'
import { closeGate, startRun, untilBackends, untilProcesses, waitForGate } from './private-run.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

const names = ['a', 'b', 'c', 'd']
const gated = `-- identical: once\n${names.map((name) => `-- name: ${name}\nselect 1 as one from ${waitForGate};\n`).join('')}`

test('when the worker of a query is lost, those that are the same get the result of the next attempt', async () => {
  const gate = await closeGate(installation)
  const running = await startRun(installation, gated, {}, '--workers', '1')
  const { workers } = await untilProcesses(running.pid, 1)
  await untilBackends(installation, 1)
  process.kill(workers[0] ?? 0, 'SIGKILL')
  await gate.open()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(document.queries.map(({ attempts, state }) => [attempts, state])).toEqual([
    [2, 'succeeded'],
    ...Array(3).fill([0, 'succeeded']),
  ])
})

test('when the overseer dies, those that wait for a result get it from the next one', async () => {
  const gate = await closeGate(installation)
  const running = await startRun(installation, gated, {}, '--workers', '1')
  const { overseer } = await untilProcesses(running.pid, 1)
  await untilBackends(installation, 1)
  process.kill(overseer, 'SIGKILL')
  await gate.open()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  for (const name of ['b', 'c', 'd'])
    expect(queryOf(document, name)).toMatchObject({ attempts: 0, sharedFrom: { query: 'a' } })
})

test('a cancel ends what runs with all that wait for its result', async () => {
  await closeGate(installation)
  const running = await startRun(installation, gated, {}, '--workers', '2')
  await untilBackends(installation, 1)
  running.interrupt()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(4)
  const document = documentOf(finished)
  expect(document.queries.map(({ state }) => state)).toEqual(Array(4).fill('cancelled'))
  expect(await installation.countBackends()).toBe(0)
})
