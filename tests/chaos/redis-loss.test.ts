import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis, keyPrefix, listJobs, type Redis } from '@querypool/shared/queue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createService, type Service } from '../e2e/create-service.ts'
import { documentOf } from '../e2e/installation.ts'
import { countedQueries } from './counted-queries.ts'
import { deadline, readRecorded } from './private-run.ts'
import { takeState } from './redis-state.ts'

// The Redis of these tests is wiped, so it is one of their own.
let home: string
let redis: Redis
let service: Service

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'querypool-loss-'))
  const { redisUrl } = await ensureEmbeddedServers(home)
  redis = connectRedis(redisUrl)
  service = await createService({}, { REDIS_URL: redisUrl })
})
afterEach(async () => {
  await service?.dispose()
  redis?.disconnect()
  if (home !== undefined) await removeEmbeddedHome(home)
})

async function startPrograms(): Promise<void> {
  await service.startOverseer()
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '4')
  await service.startWorker('worker-b', '--concurrency', '4')
}

async function untilResults(count: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await service.journal.query('SELECT count(*)::int AS n FROM querypool.result')
    expect(rows[0].n).toBeGreaterThanOrEqual(count)
  }, deadline)
}

async function jobsLeft(queue: string): Promise<string[]> {
  const { rows } = await service.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
  const prefix = keyPrefix(rows[0]?.id ?? '')
  return [...(await listJobs({ redis, prefix }, queue)).keys()]
}

test('a run of 1,000 queries whose Redis is wiped in the middle completes, and the database has executed each query once', async () => {
  const count = 1000
  const { batch, calls } = await countedQueries(service, count, 0.05)
  await startPrograms()
  const running = service.startCommand(['run', await service.batchFile(batch), '--database', 'main', '--json'])
  await untilResults(300)
  const { rows } = await service.journal.query(
    'SELECT (SELECT count(*)::int FROM querypool.result) AS finished, count(*)::int AS waiting FROM querypool.query WHERE job IS NULL',
  )
  const before = { running: await service.countBackends(), ...rows[0] }
  await redis.flushall()
  console.log(`wiped with ${JSON.stringify(before)}`)
  expect(before.running, 'some queries ran').toBeGreaterThan(0)
  expect(before.waiting, 'some queries waited').toBeGreaterThan(0)
  const finished = await running.ended
  expect(documentOf(finished).state, finished.stderr).toBe('succeeded')
  const counted = await calls(count)
  expect(counted.size).toBe(count)
  expect([...counted].filter(([, times]) => times !== 1)).toEqual([])
  const recorded = await readRecorded(service.journal)
  expect(recorded).toMatchObject({ succeeded: count, lostWorkers: 0, failures: 0 })
  expect(recorded.events).toContain('QP_RUN_DISPATCHED_AGAIN')
})

test('an old state of Redis that comes back in the middle of a run has no query executed again', async () => {
  const count = 300
  const { batch, calls } = await countedQueries(service, count, 0.05)
  await startPrograms()
  const running = service.startCommand(['run', await service.batchFile(batch), '--database', 'main', '--json'])
  await untilResults(50)
  const state = await takeState(redis)
  await untilResults(150)
  await state.restore()
  const finished = await running.ended
  expect(documentOf(finished).state, finished.stderr).toBe('succeeded')
  const counted = await calls(count)
  expect([...counted].filter(([, times]) => times !== 1)).toEqual([])
})

test('jobs of a run that is over, which an old state of Redis brings back, do nothing and are removed', async () => {
  const count = 250
  const { batch, calls } = await countedQueries(service, count, 0.05)
  await startPrograms()
  const running = service.startCommand(['run', await service.batchFile(batch), '--database', 'main', '--json'])
  await untilResults(20)
  const state = await takeState(redis)
  const finished = await running.ended
  expect(documentOf(finished).state, finished.stderr).toBe('succeeded')
  const before = await calls(count)
  // Nobody takes the jobs, so that they stay to be found.
  await service.querypool(['databases', 'pause', 'main'])
  await state.restore()
  await vi.waitFor(async () => {
    for (const queue of ['runs', 'results', 'queries-main']) expect(await jobsLeft(queue)).toEqual([])
  }, deadline)
  expect((await readRecorded(service.journal)).events).toContain('QP_JOBS_REMOVED')
  expect(await calls(count)).toEqual(before)
})
