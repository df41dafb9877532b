import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseBatch } from '@querypool/shared/batch'
import { claimJobs, type Journal, readOpenAttempts, readRun, submitRun } from '@querypool/shared/journal'
import {
  attemptJobId,
  collectJobId,
  connectQueues,
  dispatchJobId,
  finishJobId,
  listJobs,
  openRunQueue,
  sharedQueueNames,
} from '@querypool/shared/queue'
import { openStore } from '@querypool/shared/result'
import { newRunId } from '@querypool/shared/run'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchRedis } from '../../../../tests/e2e/watch-redis.ts'
import { fromEnvironment } from '../../../../tests/from-environment.ts'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import type { Charge, Charges } from './charge.ts'
import { dispatchRun } from './dispatch-run.ts'
import { finishRun } from './finish-run.ts'
import { reconciler } from './reconcile.ts'
import { SharedTurns } from './shared-turns.ts'

const timing = { workerLockMs: 40_000, stalledCheckMs: 15_000, silentWorkerMs: 60_000, reconcileMs: 100 }
const names = sharedQueueNames('main')
const ownJournal = useOwnJournal()
let folder: string
let journal: Journal
let charge: Charge
let charges: Charges
let reconcile: () => Promise<void>

beforeEach(async () => {
  journal = ownJournal()
  folder = await mkdtemp(join(tmpdir(), 'querypool-reconcile-'))
  const connection = connectQueues(fromEnvironment('QUERYPOOL_TEST_REDIS_URL'), journal.installation)
  const database = { name: 'main', maxConcurrency: null }
  const store = await openStore(folder)
  // Nothing here asks the target database.
  const target = {
    target: journal.pool,
    resolved: { role: null },
    capacity: { atOnce: null },
    claims: new SharedTurns(),
  }
  charge = { journal, store, queue: openRunQueue(connection, names), database, ...target } as unknown as Charge
  charges = {
    journal,
    store,
    connection,
    runsQueue: names.runs,
    resultsQueue: names.results,
    privateRun: null,
    retention: null,
    notifying: { environment: {}, allowPrivate: [] },
    timing,
    all: [charge],
    of: () => charge,
  }
  reconcile = reconciler(charges, (error) => {
    throw error
  })
})
afterEach(async () => {
  for (const name of [names.queries, names.results, names.runs])
    await charges.connection.queue(name).obliterate({ force: true })
  await charges.connection.close()
  await journal.pool.query('TRUNCATE querypool.run CASCADE')
  await rm(folder, { recursive: true, force: true })
})

/** A run whose three jobs are in Redis, as after its dispatch. */
async function dispatchedRun(): Promise<string> {
  const run = await submittedRun()
  await reconcile()
  await dispatchRun(charge, run, 1)
  return run
}

async function submittedRun(): Promise<string> {
  const run = newRunId()
  const text = '-- name: a\nselect 1;\n-- name: b\nselect 2;\n-- name: c\nselect 3;\n'
  const { queries } = await parseBatch(new TextEncoder().encode(text), 'b.sql')
  await submitRun(
    journal,
    {
      run,
      key: null,
      batch: 'b',
      file: 'b.sql',
      database: 'main',
      storeId: charge.store.id,
      private: false,
      slots: 10,
      publish: null,
      onFailure: 'continue',
    },
    queries.map((query) => ({ ...query, arguments: [] })),
  )
  return run
}

async function jobsIn(name: string): Promise<string[]> {
  return [...(await listJobs(charges.connection, name)).keys()].sort()
}

async function eventsOf(run: string): Promise<string[]> {
  const { rows } = await journal.pool.query('SELECT code FROM querypool.event WHERE run = $1 ORDER BY id', [run])
  return rows.map(({ code }) => code)
}

/** Compares again and again until a condition holds. */
async function reconcileUntil(condition: () => Promise<void>): Promise<void> {
  await vi.waitFor(
    async () => {
      await reconcile()
      await condition()
    },
    { timeout: 60_000, interval: timing.reconcileMs },
  )
}

/** Every version of every row: changed by any write, also by a lock on a row. */
async function readRowVersions(): Promise<unknown> {
  const tables = ['run', 'query', 'job', 'result', 'event']
  const parts = tables.map((table) => `SELECT '${table}' AS t, ctid, xmin, xmax FROM querypool.${table}`)
  return (await journal.pool.query(`${parts.join(' UNION ALL ')} ORDER BY 1, 2`)).rows
}

// Scripts show as what they do.
const writing = /"(set|del|unlink|hset|hdel|hincrby|zadd|zrem|lpush|rpush|lrem|sadd|srem|xadd|pexpire|incr)"/i

test('what Redis has lost is made again, and a second comparison right after writes nothing', async () => {
  const run = await dispatchedRun()
  const attempts = await readOpenAttempts(journal, { run, generation: 1 })
  expect(attempts).toHaveLength(3)
  const whole = [await jobsIn(names.results), await jobsIn(names.queries)]
  for (const attempt of attempts.slice(1)) await charge.queue.results.remove(collectJobId(attempt))
  await reconcileUntil(async () => expect([await jobsIn(names.results), await jobsIn(names.queries)]).toEqual(whole))
  expect(await eventsOf(run)).toEqual(['QP_RUN_DISPATCHED_AGAIN'])
  const before = await readRowVersions()
  const watch = await watchRedis(fromEnvironment('QUERYPOOL_TEST_REDIS_URL'))
  await reconcile()
  await charges.connection.redis.get(`${charges.connection.prefix}:the-end`)
  await vi.waitFor(() => expect(watch.lines.join('\n')).toContain('the-end'), { timeout: 60_000 })
  watch.stop()
  const ours = watch.lines.filter((line) => line.includes(charges.connection.prefix))
  expect(ours.length).toBeGreaterThan(5)
  expect(ours.filter((line) => writing.test(line))).toEqual([])
  expect(await readRowVersions()).toEqual(before)
})

test('a run that several overseers find at once is handed out once, also when its flow had gone', async () => {
  const reconcilers = Array.from({ length: 4 }, () => reconciler(charges, () => {}))
  const atOnce = async (): Promise<string[]> => {
    await Promise.all(reconcilers.map((each) => each()))
    return jobsIn(names.runs)
  }
  const run = await submittedRun()
  expect(await atOnce()).toEqual([finishJobId(run, 1), dispatchJobId(run, 1)].sort())
  const { redis, prefix } = charges.connection
  await redis.del(...(await redis.keys(`${prefix}:${names.runs}:*`)))
  expect(await atOnce()).toEqual([finishJobId(run, 1), dispatchJobId(run, 1)].sort())
  // One that was handed out already, and is there, is not what the new flow can wait for.
  await charge.queue.runs.remove(finishJobId(run, 1), { removeChildren: false })
  expect(await atOnce()).toEqual([finishJobId(run, 1), dispatchJobId(run, 1), dispatchJobId(run, 2)].sort())
})

test('a run that is let go before what was claimed has come to Redis gets it, and says so', async () => {
  const run = await submittedRun()
  await reconcile()
  expect(await claimJobs(journal, run, 1)).toHaveLength(3)
  expect(await finishRun(charge, run, 1)).toBe('waits')
  expect(await jobsIn(names.queries)).toHaveLength(3)
  expect(await jobsIn(names.runs)).toEqual([finishJobId(run, 1), dispatchJobId(run, 1)].sort())
  expect(await eventsOf(run)).toEqual(['QP_RUN_DISPATCHED_AGAIN'])
})

test('an attempt whose collect-results is over in Redis, but not in the journal, is handed out again', async () => {
  const run = await dispatchedRun()
  const [attempt] = await readOpenAttempts(journal, { run, generation: 1 })
  if (attempt === undefined) throw new Error('there is no attempt')
  const { redis, prefix } = charges.connection
  // As after a restore of the journal: Redis has done what the journal does not know of.
  for (const [queue, id] of [
    [names.queries, attemptJobId(attempt)],
    [names.results, collectJobId(attempt)],
  ]) {
    await redis.zrem(`${prefix}:${queue}:prioritized`, id ?? '')
    await redis.zrem(`${prefix}:${queue}:waiting-children`, id ?? '')
    await redis.zadd(`${prefix}:${queue}:completed`, Date.now(), id ?? '')
  }
  await reconcileUntil(async () => {
    expect(await jobsIn(names.queries)).toContain(attemptJobId(attempt))
    expect(await jobsIn(names.results)).toContain(collectJobId(attempt))
  })
})

test('what Redis took only half of is handed out as a whole by whoever adds it again', async () => {
  const run = await dispatchedRun()
  const [attempt] = await readOpenAttempts(journal, { run, generation: 1 })
  if (attempt === undefined) throw new Error('there is no attempt')
  const { redis, prefix } = charges.connection
  await redis.del(`${prefix}:${names.queries}:${attemptJobId(attempt)}`)
  await redis.zrem(`${prefix}:${names.queries}:prioritized`, attemptJobId(attempt))
  expect(await dispatchRun(charge, run, 1)).toMatchObject({ restored: 1 })
  expect(await jobsIn(names.queries)).toContain(attemptJobId(attempt))
  expect(await jobsIn(names.results)).toContain(collectJobId(attempt))
  expect(await dispatchRun(charge, run, 1)).toEqual({ restored: 0, claimed: 0 })
})

test('a collect-results that waits for a job which is not there any more is made again', async () => {
  const run = await dispatchedRun()
  const [attempt] = await readOpenAttempts(journal, { run, generation: 1 })
  if (attempt === undefined) throw new Error('there is no attempt')
  const { redis, prefix } = charges.connection
  await redis.del(`${prefix}:${names.queries}:${attemptJobId(attempt)}`)
  await redis.zrem(`${prefix}:${names.queries}:prioritized`, attemptJobId(attempt))
  await reconcileUntil(async () => expect(await jobsIn(names.queries)).toContain(attemptJobId(attempt)))
})

test('jobs of settled attempts, of earlier generations, of runs that are over and of unknown runs are removed, and no others', async () => {
  const [settled, retried, over, unknown, untouched] = [
    await dispatchedRun(),
    await dispatchedRun(),
    await dispatchedRun(),
    await dispatchedRun(),
    await dispatchedRun(),
  ] as const
  const before = [...(await jobsIn(names.queries)), ...(await jobsIn(names.results)), ...(await jobsIn(names.runs))]
  await journal.pool.query('UPDATE querypool.job SET attempt = 2 WHERE run = $1 AND job = 2', [settled])
  await journal.pool.query('UPDATE querypool.run SET generation = 2 WHERE id = $1', [retried])
  await journal.pool.query("UPDATE querypool.run SET state = 'succeeded' WHERE id = $1", [over])
  await journal.pool.query('DELETE FROM querypool.run WHERE id = $1', [unknown])
  const told: string[] = []
  reconcile = reconciler(charges, ({ message }) => told.push(message))
  await reconcileUntil(async () => {
    const left = new Set([
      ...(await jobsIn(names.queries)),
      ...(await jobsIn(names.results)),
      ...(await jobsIn(names.runs)),
    ])
    const gone = before.filter((id) => !left.has(id))
    const of = (run: string): string[] => gone.filter((id) => id.startsWith(run)).sort()
    expect(of(settled)).toEqual([`${settled}-1-2-1`, `${settled}-1-2-1-collect`])
    for (const run of [retried, over, unknown]) expect(of(run)).toHaveLength(run === over || run === unknown ? 8 : 7)
    expect(of(untouched)).toEqual([])
  })
  for (const run of [settled, retried, over]) expect(await eventsOf(run)).toContain('QP_JOBS_REMOVED')
  expect(told).toEqual([expect.stringContaining(unknown)])
})

test('a run that has all its results ends although Redis does not have it ended', async () => {
  const run = await dispatchedRun()
  await journal.pool.query('UPDATE querypool.job SET settled = true WHERE run = $1', [run])
  await journal.pool.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at)
     SELECT run, 1, position, 'failed', 1, now() FROM querypool.query WHERE run = $1`,
    [run],
  )
  await reconcileUntil(async () => expect((await readRun(journal, run)).state).toBe('failed'))
  expect(await eventsOf(run)).toContain('QP_RUN_DISPATCHED_AGAIN')
})
