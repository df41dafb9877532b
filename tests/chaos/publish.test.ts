import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis } from '@querypool/shared/queue'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Consumer, createConsumer } from '../e2e/consumer.ts'
import { createService } from '../e2e/create-service.ts'
import { createInstallation, documentOf, type Installation } from '../e2e/installation.ts'
import { deadline, readRecorded, startRun, untilBackends, untilProcesses, waitingQueries } from './private-run.ts'
import { findLiving } from './processes.ts'

function consume(redisUrl: string): Consumer {
  const consumer = createConsumer(redisUrl)
  onTestFinished(() => consumer.close())
  return consumer
}

/** Keeps overseers from sending, until it is ended: it has the lock of the sweep. */
async function keepFromSending(installation: Installation): Promise<pg.Client> {
  const gate = new pg.Client({ connectionString: installation.journalUrl })
  onTestFinished(() => gate.end())
  await gate.connect()
  await gate.query('SELECT pg_advisory_lock(7367647, 2)')
  return gate
}

/** A Redis of its own, which a test may wipe. */
async function startRedis(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'querypool-publish-'))
  await chmod(home, 0o755)
  onTestFinished(() => removeEmbeddedHome(home))
  return (await ensureEmbeddedServers(home)).redisUrl
}

async function countUnsent(installation: Installation): Promise<number> {
  const { rows } = await installation.journal.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM querypool.publication WHERE sending IS NULL',
  )
  return rows[0]?.n ?? Number.NaN
}

test('every result is published although Redis loses all of its data, during the run and after it', async () => {
  const redisUrl = await startRedis()
  const service = await createService({}, { REDIS_URL: redisUrl })
  onTestFinished(() => service.dispose())
  const redis = connectRedis(redisUrl)
  onTestFinished(() => redis.disconnect())
  const consumer = consume(redisUrl)
  await service.startOverseer()
  await service.startWorker('worker-a')
  const sql = `-- publish: ${consumer.queue}\n${waitingQueries(...Array<number>(30).fill(0.3))}`
  const ended = service.querypool(['run', await service.batchFile(sql), '--database', 'main', '--json'])
  // These nobody has taken yet.
  await vi.waitFor(async () => expect(await consumer.countWaiting()).toBeGreaterThan(5), deadline)
  await redis.flushall()
  expect(documentOf(await ended).state).toBe('succeeded')
  consumer.start()
  await vi.waitFor(() => expect(consumer.envelopes.size).toBe(30), deadline)

  const before = consumer.ids.length
  await vi.waitFor(async () => expect(await countUnsent(service)).toBe(0), deadline)
  await redis.flushall()
  // Now each comes once more, under the id that it had.
  await vi.waitFor(() => expect(new Set(consumer.ids.slice(before)).size).toBe(30), deadline)
  expect(consumer.envelopes.size).toBe(30)
})

test('the overseer of a private run that nobody waits for publishes before it ends', async () => {
  const installation = await createInstallation()
  onTestFinished(() => installation.dispose())
  const consumer = consume(installation.redisUrl)
  const gate = await keepFromSending(installation)
  const running = await startRun(installation, waitingQueries(1, 1, 1), {}, '--publish', consumer.queue)
  const { overseer, workers } = await untilProcesses(running.pid, 2)
  await untilBackends(installation, 1)
  process.kill(running.pid, 'SIGKILL')
  await vi.waitFor(async () => expect(await findLiving(workers)).toEqual([]), deadline)
  expect(await readRecorded(installation.journal)).toMatchObject({ state: 'succeeded', results: 3 })
  expect(await countUnsent(installation)).toBe(3)
  expect(await findLiving([overseer])).toEqual([overseer])
  await gate.end()
  await vi.waitFor(async () => expect(await findLiving([overseer])).toEqual([]), deadline)
  expect(await consumer.countWaiting()).toBe(3)
})

test('a private run whose overseer is killed before it has published is published before its command ends', async () => {
  const installation = await createInstallation()
  onTestFinished(() => installation.dispose())
  const consumer = consume(installation.redisUrl)
  const gate = await keepFromSending(installation)
  const running = await startRun(installation, waitingQueries(1, 1, 1), {}, '--publish', consumer.queue)
  const { overseer } = await untilProcesses(running.pid, 2)
  await vi.waitFor(async () => {
    expect(await readRecorded(installation.journal)).toMatchObject({ state: 'succeeded', results: 3 })
  }, deadline)
  process.kill(overseer, 'SIGKILL')
  expect(await countUnsent(installation)).toBe(3)
  await gate.end()
  expect((await running.ended).status).toBe(0)
  expect(await consumer.countWaiting()).toBe(3)
})
