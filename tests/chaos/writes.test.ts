import { connectRedis } from '@querypool/shared/queue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createService, type Program, type Service } from '../e2e/create-service.ts'
import { documentOf, queryOf } from '../e2e/installation.ts'
import { type CommitFate, type CommitProxy, openCommitProxy } from './commit-proxy.ts'
import { closeGate, deadline, readRecorded, untilBackends, untilProcesses } from './private-run.ts'

let service: Service
const ways: CommitProxy[] = []

beforeEach(async () => {
  service = await createService({ database: 'maxConcurrency: 4' })
  await service.target.query('create table applied (n int); grant all on applied to public')
  await service.querypool(['doctor', '--database', 'main', '--init-ledger'])
})
afterEach(async () => {
  // First, so that no worker waits for an answer while it is to end.
  for (const way of ways.splice(0)) await way.close()
  await service?.dispose()
})

const write = '-- name: w\n-- effect: write\ninsert into applied values (1) returning n;\n'
const gatedWrite =
  '-- name: w\n-- effect: write\ninsert into applied select 1 from pg_advisory_xact_lock_shared(4711) returning n;\n'

async function proxy(fate: CommitFate): Promise<CommitProxy> {
  const opened = await openCommitProxy(service.databaseUrl, fate)
  ways.push(opened)
  return opened
}

/** Starts an overseer, and a worker that reaches the database by the proxy. */
async function startThrough({ url }: CommitProxy): Promise<Program> {
  await service.startOverseer()
  return service.startProgram('worker-a', ['worker', '--name', 'worker-a', '--concurrency', '1'], { MAIN_URL: url })
}

async function submit(sql: string, ...args: string[]): Promise<string> {
  const file = await service.batchFile(sql)
  return documentOf(await service.querypool(['run', file, '--database', 'main', '--detach', '--json', ...args])).runId
}

async function countApplied(): Promise<number> {
  const { rows } = await service.target.query('select count(*)::int as n from applied')
  return rows[0]?.n
}

/** The write was applied once, and that is its result, whatever its attempt came to. */
async function expectAppliedOnce(run: string): Promise<void> {
  expect(await countApplied()).toBe(1)
  expect((await service.querypool(['results', run, 'w'])).stdout).toBe('n\n1\n')
  const verified = await service.querypool(['results', run, '--verify'])
  expect(verified.status, verified.stdout + verified.stderr).toBe(0)
}

async function stateOf(run: string): Promise<{ state: string; events: { code: string; message: string }[] }> {
  return JSON.parse((await service.querypool(['status', run, '--json'])).stdout)
}

async function codesOf(run: string): Promise<string[]> {
  return (await stateOf(run)).events.map(({ code }) => code)
}

test('a worker that is killed before it commits has written nothing, and another writes once', async () => {
  const gate = await closeGate(service)
  const file = await service.batchFile(gatedWrite)
  const running = service.start(['run', file, '--database', service.databaseUrl, '--workers', '2', '--json'])
  const { workers } = await untilProcesses(running.pid, 2)
  await untilBackends(service, 1)
  // Which of them has it is not known, so both are killed.
  for (const worker of workers) process.kill(worker, 'SIGKILL')
  await gate.open()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(queryOf(document, 'w')).toMatchObject({ state: 'succeeded', rows: 1 })
  await expectAppliedOnce(document.runId)
})

test('a worker that is killed between its commit and its word of it has written, and nobody writes again', async () => {
  const way = await proxy('hold')
  const file = await service.batchFile(write)
  const running = service.start(['run', file, '--database', way.url, '--workers', '2', '--json'])
  const { workers } = await untilProcesses(running.pid, 2)
  await way.met
  for (const worker of workers) process.kill(worker, 'SIGKILL')
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(queryOf(document, 'w')).toMatchObject({ state: 'succeeded', attempts: 1, rows: 1 })
  await expectAppliedOnce(document.runId)
  expect(await codesOf(document.runId)).toContain('QP_WRITE_RECALLED')
})

test('a commit whose answer is lost with the connection is found in the ledger', async () => {
  await startThrough(await proxy('cut'))
  const run = await submit(write)
  expect(await service.querypool(['status', run, '--watch'])).toMatchObject({ status: 0 })
  await expectAppliedOnce(run)
  expect(await codesOf(run)).toEqual(['QP_WRITE_RECALLED'])
})

test('a commit that is lost on its way has not happened, and the write is tried again', async () => {
  await startThrough(await proxy('lose'))
  const run = await submit(write)
  expect(await service.querypool(['status', run, '--watch'])).toMatchObject({ status: 0 })
  await expectAppliedOnce(run)
  expect(await codesOf(run)).toEqual(['QP_RETRIED'])
})

test('a run that is cancelled while its write is committed has succeeded, also if its worker says nothing more', async () => {
  const way = await proxy('hold')
  const worker = await startThrough(way)
  const run = await submit(write)
  await way.met
  worker.freeze()
  const cancelled = await service.querypool(['cancel', run, '--json'])
  expect(JSON.parse(cancelled.stdout), cancelled.stderr).toMatchObject({ state: 'succeeded', confirmed: true })
  await expectAppliedOnce(run)
  way.release()
  worker.wake()
  expect(
    documentOf(await service.querypool(['run', await service.batchFile(write), '--database', 'main', '--json'])),
  ).toMatchObject({ state: 'succeeded' })
  expect(await stateOf(run)).toMatchObject({ state: 'succeeded' })
  expect(await countApplied()).toBe(2)
})

test('a run that is cancelled before its write commits is cancelled, and nothing is written', async () => {
  const gate = await closeGate(service)
  const worker = await startThrough(await proxy('hold'))
  const run = await submit(gatedWrite)
  await untilBackends(service, 1)
  worker.freeze()
  expect(await service.querypool(['cancel', run])).toMatchObject({ status: 4 })
  await gate.open()
  worker.wake()
  expect(await service.countBackends()).toBe(0)
  expect(await countApplied()).toBe(0)
})

test('a write that is committed as another query stops the run has succeeded', async () => {
  const way = await proxy('hold')
  await startThrough(way)
  const run = await submit(`-- onFailure: stop\n${write}-- name: failing\nselect 1/0;\n`)
  await way.met
  await service.startWorker('worker-b', '--concurrency', '1')
  await vi.waitFor(async () => expect(await stateOf(run)).toMatchObject({ state: 'partial' }), deadline)
  await expectAppliedOnce(run)
})

/** Removes all that Redis has of the installation. */
async function wipeRedis(): Promise<void> {
  const redis = connectRedis(service.redisUrl)
  const { rows } = await service.journal.query<{ id: string }>('select id from querypool.installation')
  const keys = await redis.keys(`{qp-${rows[0]?.id}}*`)
  expect(keys.length).toBeGreaterThan(0)
  await redis.del(...keys)
  redis.disconnect()
}

async function untilWaitingAgain(): Promise<void> {
  await vi.waitFor(async () => {
    expect((await readRecorded(service.journal)).events).toContain('QP_RUN_DISPATCHED_AGAIN')
  }, deadline)
}

test('a write that was handed out twice because Redis was wiped is written once', async () => {
  const way = await proxy('hold')
  const worker = await startThrough(way)
  const run = await submit(write)
  await way.met
  worker.freeze()
  await wipeRedis()
  await untilWaitingAgain()
  await service.startWorker('worker-b', '--concurrency', '1')
  expect(await service.querypool(['status', run, '--watch'])).toMatchObject({ status: 0 })
  await expectAppliedOnce(run)
})

test('a write that waits in Redis once more, while it is committed, is not said to be cancelled', async () => {
  const way = await proxy('hold')
  const worker = await startThrough(way)
  const run = await submit(write)
  await way.met
  worker.freeze()
  await wipeRedis()
  await untilWaitingAgain()
  const cancelled = await service.querypool(['cancel', run, '--json'])
  expect(JSON.parse(cancelled.stdout), cancelled.stderr).toMatchObject({ state: 'succeeded' })
  await expectAppliedOnce(run)
})

test('a cancel that is forced names the writes that may still be committed, tells when one was, and retry takes it over', async () => {
  const gate = await closeGate(service)
  const overseer = await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '1')
  const run = await submit(gatedWrite)
  await untilBackends(service, 1)
  overseer.kill()
  const forced = await service.querypool(['cancel', run, '--force'])
  expect(forced).toMatchObject({ status: 4, stderr: expect.stringMatching(/may still be committed: w\./) })
  await gate.open()
  await vi.waitFor(async () => expect(await countApplied()).toBe(1), deadline)
  await service.startOverseer()
  await vi.waitFor(async () => expect(await codesOf(run)).toContain('QP_CANCEL_CONFIRMED'), deadline)
  expect(await codesOf(run)).toContain('QP_WRITE_COMMITTED_LATE')
  expect(await stateOf(run)).toMatchObject({ state: 'cancelled' })
  expect(await service.querypool(['retry', run])).toMatchObject({ status: 0 })
  await expectAppliedOnce(run)
})
