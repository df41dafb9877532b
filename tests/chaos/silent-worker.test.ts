import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis, keyPrefix, type Redis } from '@querypool/shared/queue'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createService, type Program, type Service } from '../e2e/create-service.ts'
import { closeGate, deadline, gatedQueries, readRecorded, untilBackends } from './private-run.ts'

let service: Service
let worker: Program

afterEach(() => service?.dispose())

async function start(timing: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
  service = await createService({ rest: `timing: { ${timing} }` }, variables)
  await service.startOverseer()
  worker = await service.startWorker('worker-a')
}

async function submit(sql: string): Promise<string> {
  const file = await service.batchFile(sql)
  const submitted = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
  return (JSON.parse(submitted.stdout) as { runId: string }).runId
}

async function untilOver(run: string): Promise<void> {
  await service.querypool(['status', run, '--watch'])
}

async function readResults(): Promise<unknown[]> {
  const { rows } = await service.journal.query('SELECT state, attempts, worker FROM querypool.result')
  return rows
}

function openRedis(url: string): Redis {
  const redis = connectRedis(url)
  onTestFinished(() => redis.disconnect())
  return redis
}

/** Lets time pass in which something must not happen. */
async function untilPassed(ms: number): Promise<void> {
  const since = performance.now()
  await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(ms), deadline)
}

async function untilJobFailed(redis: Redis, run: string): Promise<void> {
  const { rows } = await service.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
  await vi.waitFor(async () => {
    const key = `${keyPrefix(rows[0]?.id ?? '')}:queries-main:failed`
    expect(await redis.zscore(key, `${run}-1-1-1`)).not.toBeNull()
  }, deadline)
}

test('what a worker runs that stands still is ended and run by another, and it cannot publish when it wakes up', async () => {
  await start('workerLock: 5s, stalledCheck: 2s, silentWorker: 8s, reconcile: 1s')
  const gate = await closeGate(service)
  const run = await submit(gatedQueries(1))
  await untilBackends(service, 1)
  worker.freeze()
  await vi.waitFor(async () => {
    expect((await readRecorded(service.journal)).events).toEqual(['QP_WORKER_SILENT', 'QP_WORKER_LOST'])
  }, deadline)
  await gate.open()
  await service.startWorker('worker-b')
  await untilOver(run)
  const results = [{ state: 'succeeded', attempts: 2, worker: 'worker-b' }]
  expect(await readResults()).toEqual(results)
  worker.wake()
  const file = await service.batchFile('-- name: later\nselect 1;\n', 'later.sql')
  expect((await service.querypool(['run', file, '--database', 'main'])).status).toBe(0)
  const manifest = join(service.resultsFolder, run, '1', '1', '1', 'manifest.json')
  expect(JSON.parse(await readFile(manifest, 'utf8')), 'the attempt stays closed').toMatchObject({ outcomes: [] })
  expect((await readResults())[0]).toEqual(results[0])
})

test('a worker that has stood still for longer than its lock, but wakes up and says what it runs, keeps it', async () => {
  await start('workerLock: 3s, stalledCheck: 1s, silentWorker: 20s, reconcile: 1s')
  const gate = await closeGate(service)
  const run = await submit(gatedQueries(1))
  await untilBackends(service, 1)
  worker.freeze()
  await untilJobFailed(openRedis(service.redisUrl), run)
  worker.wake()
  await untilPassed(25_000)
  await gate.open()
  await untilOver(run)
  expect(await readResults()).toEqual([{ state: 'succeeded', attempts: 1, worker: 'worker-a' }])
  expect(await readRecorded(service.journal)).toMatchObject({ lostWorkers: 0, events: [] })
})

test('while Redis is away no worker is silent: what ran goes on and is recorded, once', async () => {
  // The Redis of this test stands still, so it is one of its own.
  const home = await mkdtemp(join(tmpdir(), 'querypool-silent-'))
  onTestFinished(() => removeEmbeddedHome(home))
  const { redisUrl } = await ensureEmbeddedServers(home)
  await start('workerLock: 3s, stalledCheck: 1s, silentWorker: 8s, reconcile: 1s', { REDIS_URL: redisUrl })
  const gate = await closeGate(service)
  const run = await submit(gatedQueries(1))
  await untilBackends(service, 1)
  const redis = openRedis(redisUrl)
  // Longer than a lock, and than a worker may be silent.
  await redis.call('CLIENT', 'PAUSE', '15000', 'ALL')
  await untilJobFailed(redis, run)
  await untilPassed(12_000)
  await gate.open()
  await untilOver(run)
  expect(await readResults()).toEqual([{ state: 'succeeded', attempts: 1, worker: 'worker-a' }])
  expect(await readRecorded(service.journal)).toMatchObject({ lostWorkers: 0, events: [] })
})
