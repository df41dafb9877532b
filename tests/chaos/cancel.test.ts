import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { admissionSql } from '@querypool/shared/database'
import { connectRedis, type Redis } from '@querypool/shared/queue'
import pg from 'pg'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createService, type Program, type Service } from '../e2e/create-service.ts'
import { closeGate, deadline, gatedQueries, readRecorded, untilBackends, waitingQueries } from './private-run.ts'
import { leaveUnfinishedRows } from './unfinished-rows.ts'

let service: Service
let worker: Program

beforeEach(async () => {
  service = await createService({ database: 'maxConcurrency: 2' })
  await service.startOverseer()
  worker = await service.startWorker('worker-a', '--concurrency', '2')
})
afterEach(() => service?.dispose())

async function submit(sql: string): Promise<string> {
  const file = await service.batchFile(sql)
  const submitted = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
  return (JSON.parse(submitted.stdout) as { runId: string }).runId
}

/** Cancels a run and expects that nothing of it is left in the database when the command returns. */
async function expectCancelled(run: string, results: number): Promise<void> {
  const cancelled = await service.querypool(['cancel', run, '--json'])
  const [backends, fences] = await Promise.all([service.countBackends(), service.countFences()])
  expect(cancelled.status, cancelled.stderr).toBe(4)
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', confirmed: true })
  expect({ backends, fences }).toEqual({ backends: 0, fences: 0 })
  const { rows } = await service.journal.query(
    `SELECT extract(epoch FROM finished_at - cancel_requested_at) AS seconds FROM querypool.run WHERE id = $1`,
    [run],
  )
  console.log(`cancelled within ${rows[0].seconds} s: ${expect.getState().currentTestName}`)
  expect(await readRecorded(service.journal)).toMatchObject({ run, state: 'cancelled', succeeded: 0, results })
}

/** All that the journal says of a run, to be compared. */
async function readWhole(run: string): Promise<unknown> {
  const { rows } = await service.journal.query(
    `SELECT to_jsonb(r) AS run, (SELECT jsonb_agg(x ORDER BY position) FROM querypool.result x WHERE x.run = r.id) AS results,
       (SELECT jsonb_agg(j ORDER BY job) FROM querypool.job j WHERE j.run = r.id) AS jobs
     FROM querypool.run r WHERE id = $1`,
    [run],
  )
  return rows
}

/** Wakes the worker and has it do another run; then nothing of the cancelled one may have begun or changed. */
async function expectUntouchedByWaking(run: string): Promise<void> {
  const before = await readWhole(run)
  worker.wake()
  const file = await service.batchFile('-- name: later\nselect 1;\n-- name: last\nselect 2;\n', 'later.sql')
  const later = await service.querypool(['run', file, '--database', 'main', '--json'])
  expect(later.status, later.stderr).toBe(0)
  expect(await service.countBackends()).toBe(0)
  expect(await readWhole(run)).toEqual(before)
}

async function readManifest(run: string, job: number): Promise<unknown> {
  return JSON.parse(await readFile(join(service.resultsFolder, run, '1', `${job}`, '1', 'manifest.json'), 'utf8'))
}

function openRedis(): Redis {
  const redis = connectRedis(service.redisUrl)
  onTestFinished(() => redis.disconnect())
  return redis
}

async function readPrefix(): Promise<string> {
  const { rows } = await service.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
  return `{qp-${rows[0]?.id}}`
}

test('a run whose queries run and wait is cancelled, and nothing of it is left in the database', async () => {
  const run = await submit(waitingQueries(...Array<number>(300).fill(600)))
  await untilBackends(service, 2)
  await expectCancelled(run, 300)
})

test('a run is cancelled although its worker was killed', async () => {
  const run = await submit(waitingQueries(600, 600, 600))
  await untilBackends(service, 2)
  const unfinished = await leaveUnfinishedRows(service.resultsFolder, run)
  worker.kill()
  await expectCancelled(run, 3)
  await unfinished.expectGone()
})

test('a run is cancelled although its worker stands still, and stays so when that wakes up', async () => {
  const run = await submit(waitingQueries(600, 600, 600))
  await untilBackends(service, 2)
  worker.freeze()
  await expectCancelled(run, 3)
  await expectUntouchedByWaking(run)
  expect(await readManifest(run, 1), 'the worker cannot publish it any more').toMatchObject({ outcomes: [] })
})

test('what a worker that stood still has finished is not published when its run was cancelled meanwhile', async () => {
  const gate = await closeGate(service)
  const run = await submit(gatedQueries(2))
  await untilBackends(service, 2)
  worker.freeze()
  await gate.open()
  await vi.waitFor(async () => {
    const { rows } = await service.target.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
    )
    expect(rows).toHaveLength(2)
  }, deadline)
  await expectCancelled(run, 2)
  await expectUntouchedByWaking(run)
  expect(await readManifest(run, 2)).toMatchObject({ outcomes: [] })
})

test('a query that a worker has fetched, and that waits for a slot, never begins, also when the worker stood still and Redis has forgotten the cancel', async () => {
  const [redis, prefix] = [openRedis(), await readPrefix()]
  const slots = await takeSlots(prefix)
  const run = await submit(waitingQueries(600))
  // Half of the time it waits in Redis: only what the worker has at the moment it is frozen is of interest.
  await vi.waitFor(async () => {
    worker.freeze()
    const active = await redis.llen(`${prefix}:queries-main:active`)
    if (active !== 1) worker.wake()
    expect(active).toBe(1)
  }, deadline)
  const cancelled = await service.querypool(['cancel', run, '--json'])
  expect(cancelled.status, cancelled.stderr).toBe(4)
  expect(await redis.del(`${prefix}:cancelled:${run}:1`)).toBe(1)
  await slots.end()
  const before = await readWhole(run)
  worker.wake()
  // The worker has looked at it, and let it be: one that had begun would not be done with it.
  await vi.waitFor(async () => {
    expect(await redis.zscore(`${prefix}:queries-main:completed`, `${run}-1-1-1`)).not.toBeNull()
  }, deadline)
  expect(await service.countBackends()).toBe(0)
  expect(await readWhole(run)).toEqual(before)
})

/** Takes all slots of the database, as queries of other runs would. */
async function takeSlots(prefix: string): Promise<pg.Client> {
  const client = new pg.Client(service.databaseUrl)
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('BEGIN')
  for (const job of [1, 2])
    await client.query(
      admissionSql(prefix.slice(4, -1), { run: 'other', job, attempt: 1 }, { database: 'main', maxConcurrency: 2 }),
    )
  return client
}

test('a query that waits for its next try never begins again', async () => {
  const sql =
    '-- name: later\n-- retries: 20\nselect 1 from pg_sleep(0) where (select pg_terminate_backend(pg_backend_pid()));\n'
  const run = await submit(sql)
  await vi.waitFor(async () => {
    const { rows } = await service.journal.query('SELECT FROM querypool.job WHERE attempt > 2 AND not_before > now()')
    expect(rows).toHaveLength(1)
  }, deadline)
  await expectCancelled(run, 1)
  const { rows } = await service.journal.query('SELECT attempts FROM querypool.result')
  expect(rows[0].attempts).toBeGreaterThanOrEqual(2)
})

test('a cancel that the overseer cannot carry out in the database says so and waits, and --force ends the run unconfirmed', async () => {
  const run = await submit(waitingQueries(600, 600, 600))
  await untilBackends(service, 2)
  const role = new URL(service.databaseUrl).username
  const endControl = (): Promise<unknown> =>
    service.target.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'querypool-control'`,
    )
  await service.target.query(`ALTER ROLE ${role} NOLOGIN`)
  await endControl()
  const waiting = service.startCommand(['cancel', run, '--json'])
  await vi.waitFor(
    () => expect(waiting.stderr()).toMatch(/^Waiting: .*--force \[QP_DATABASE_UNREACHABLE_FROM_OVERSEER\]$/m),
    deadline,
  )
  expect(await service.countBackends()).toBe(2)
  expect((await readRecorded(service.journal)).state).toBe('running')
  const forced = await service.querypool(['cancel', run, '--force', '--json'])
  expect(forced.status, forced.stderr).toBe(4)
  expect(JSON.parse(forced.stdout)).toMatchObject({ state: 'cancelled', confirmed: false })
  expect(forced.stderr).toMatch(
    /^Ended without confirmation: The overseer cannot reach main: .*QP_CANCEL_UNCONFIRMED\]$/m,
  )
  await waiting.ended
  const before = await readRecorded(service.journal)
  expect(before).toMatchObject({ state: 'cancelled', results: 3 })
  expect(before.events).toContain('QP_CANCEL_UNCONFIRMED')
  expect(await service.countBackends()).toBe(2)
  await service.target.query(`ALTER ROLE ${role} LOGIN`)
  await vi.waitFor(async () => {
    expect((await readRecorded(service.journal)).events).toContain('QP_CANCEL_CONFIRMED')
  }, deadline)
  expect(await service.countBackends()).toBe(0)
  expect(await readRecorded(service.journal)).toMatchObject({ state: 'cancelled', succeeded: 0, results: 3 })
})
