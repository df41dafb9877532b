import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Journal,
  markRemovable,
  openGeneration,
  openJournal,
  readRemoving,
  readRun,
  readRuns,
} from '@querypool/shared/journal'
import { connectQueues, openRunQueue, privateQueueNames, sharedQueueNames } from '@querypool/shared/queue'
import { noteInstallation, openStore, type ResultStore, rowsKey } from '@querypool/shared/result'
import { newRunId } from '@querypool/shared/run'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Charge, Charges } from './charge.ts'
import { removeRun } from './remove-run.ts'
import { type Retention, retainer } from './retain-runs.ts'

const day = 24 * 3600 * 1000
const never: Retention = { runsMs: null, maxRuns: null }

let admin: pg.Client
let database: string
let folder: string
let journal: Journal
let store: ResultStore
let charges: Charges

beforeEach(async () => {
  const { QUERYPOOL_TEST_POSTGRES_URL: postgresUrl, QUERYPOOL_TEST_REDIS_URL: redisUrl } = process.env
  if (postgresUrl === undefined || redisUrl === undefined) throw new Error('The servers of the tests are not there.')
  database = `retain_${randomBytes(6).toString('hex')}`
  admin = new pg.Client({ connectionString: postgresUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${database}`)
  const own = new URL(postgresUrl)
  own.pathname = `/${database}`
  journal = await openJournal(own.href)
  folder = await mkdtemp(join(tmpdir(), 'querypool-retain-'))
  store = await openStore(folder)
  await noteInstallation(store, journal.installation)
  const connection = connectQueues(redisUrl, journal.installation)
  const queue = openRunQueue(connection, sharedQueueNames('main'))
  charges = {
    journal,
    store,
    connection,
    runsQueue: 'runs',
    resultsQueue: 'results',
    privateRun: null,
    retention: null,
    notifying: { environment: {}, allowPrivate: [] },
    timing: { workerLockMs: 40_000, stalledCheckMs: 15_000, silentWorkerMs: 60_000, reconcileMs: 5000 },
    all: [],
    of: () => ({ queue }) as Charge,
  }
})
afterEach(async () => {
  for (const name of ['runs', 'results', 'queries-main'])
    await charges.connection.queue(name).obliterate({ force: true })
  await charges.connection.close()
  await journal.close()
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
  await admin.end()
  await rm(folder, { recursive: true, force: true })
})

interface Told {
  readonly state?: string
  readonly endedMsAgo?: number
  readonly queries?: number
  readonly private?: boolean
  readonly publish?: 'sent' | 'unsent'
  readonly key?: string
  readonly storeId?: string
  readonly keepMs?: number
}

/** Puts a run into the journal, the store and Redis, as it is after its end. */
async function addRun(told: Told = {}): Promise<string> {
  const run = newRunId()
  const { state = 'succeeded', endedMsAgo = 100 * day, queries = 5, publish } = told
  const ended = state === 'running' ? null : new Date(Date.now() - endedMsAgo)
  await journal.pool.query(
    `INSERT INTO querypool.run (id, key, batch, file, database, private, slots, store_id, state, query_count, created_at,
       finished_at, publish, last_dispatch, last_job, keep_ms)
     VALUES ($1, $2, 'b', 'b.sql', 'main', $3, 1, $4, $5, $6, $7, $8, $9, 1, $6, $10)`,
    [
      run,
      told.key ?? null,
      told.private ?? false,
      told.storeId ?? store.id,
      state,
      queries,
      new Date(Date.now() - endedMsAgo),
      ended,
      publish === undefined ? null : 'q',
      told.keepMs ?? null,
    ],
  )
  for (const sql of [
    `INSERT INTO querypool.query (run, position, name, sql, line, "column", slots, arguments, effect, tags, job)
     SELECT $1, n, 'q' || n, 'select 1', 1, 1, '[]', '[]', 'read', '{}', n FROM generate_series(1, ${queries}) AS n`,
    `INSERT INTO querypool.job (run, job, generation, settled)
     SELECT $1, n, 1, true FROM generate_series(1, ${queries}) AS n`,
    `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at)
     SELECT $1, 1, n, 'succeeded', 1, now() FROM generate_series(1, ${queries}) AS n`,
    `INSERT INTO querypool.event (run, code, message) VALUES ($1, 'QP_RETRIED', 'x')`,
  ])
    await journal.pool.query(sql, [run])
  if (publish)
    await journal.pool.query(
      'INSERT INTO querypool.publication SELECT $1, 1, n, $2, $3 FROM generate_series(1, 2) AS n',
      [run, 'q', publish === 'sent' ? 1 : null],
    )
  for (let job = 1; job <= Math.min(queries, 20); job++)
    await putFile(rowsKey({ run, generation: 1, job, attempt: 1 }), 'n\n1\n')
  await putFile(`${run}/1/report.json`, '{}')
  const { connection } = charges
  await connection.queue('runs').add('finish-run', {}, { jobId: `${run}-finish` })
  await connection.queue('runs').add('dispatch-run', {}, { jobId: `${run}-dispatch-1` })
  await connection.queue('results').add('collect-results', {}, { jobId: `${run}-1-1-1-collect` })
  await connection.queue('queries-main').add('run-queries', {}, { jobId: `${run}-1-2-1` })
  return run
}

async function putFile(key: string, text: string): Promise<void> {
  await mkdir(dirname(store.locate(key)), { recursive: true })
  await writeFile(store.locate(key), text)
}

async function setTime(key: string, msAgo: number): Promise<void> {
  const at = new Date(Date.now() - msAgo)
  await utimes(store.locate(key), at, at)
}

/** Where anything of a run is still there: tables, jobs, folders. */
async function placesOf(run: string): Promise<string[]> {
  const places: string[] = []
  for (const table of ['run', 'generation', 'query', 'job', 'result', 'event', 'publication']) {
    const column = table === 'run' ? 'id' : 'run'
    const found = await journal.pool.query(`SELECT FROM querypool.${table} WHERE ${column} = $1 LIMIT 1`, [run])
    if (found.rowCount) places.push(table)
  }
  const keys = await charges.connection.redis.keys(`${charges.connection.prefix}:*${run}*`)
  if (keys.length > 0) places.push('redis')
  if ((await readdir(folder)).some((name) => name.includes(run))) places.push('store')
  return places
}

const everywhere = ['run', 'query', 'job', 'result', 'event', 'redis', 'store']

async function retain(retention: Retention): Promise<void> {
  const troubles: Error[] = []
  const work = retainer(charges, retention, (error) => troubles.push(error))
  while (await work()) {}
  expect(troubles).toEqual([])
}

describe('what is kept of runs', () => {
  test('a run that ended longer ago than runs are kept is removed, with all that there is of it', async () => {
    const old = await addRun()
    const oldPublished = await addRun({ publish: 'sent' })
    const young = await addRun({ endedMsAgo: 89 * day })
    await journal.pool.query(`INSERT INTO querypool.duration VALUES ('d', 'b', 'q1', '{5}', '{0}', '{0}')`)
    await retain({ runsMs: 90 * day, maxRuns: null })
    expect(await placesOf(old)).toEqual([])
    expect(await placesOf(oldPublished)).toEqual([])
    expect(await placesOf(young)).toEqual(everywhere)
    expect((await journal.pool.query('SELECT FROM querypool.duration')).rowCount, 'learned durations').toBe(1)
  })

  test('a run that is not over, has results to publish, or lies in another store stays', async () => {
    const unfinished = await addRun({ state: 'running' })
    const unsent = await addRun({ publish: 'unsent' })
    const elsewhere = await addRun({ storeId: 'another' })
    await retain({ runsMs: 1, maxRuns: 1 })
    expect(await placesOf(unfinished)).toEqual(everywhere)
    expect(await placesOf(unsent)).toContain('publication')
    expect(await placesOf(elsewhere)).toEqual(everywhere)
  })

  test('of more runs than are kept the oldest are removed, but none within an hour of its end', async () => {
    const ages = [4 * day, 3 * day, 2 * day, day]
    const runs: string[] = []
    for (const endedMsAgo of ages) runs.push(await addRun({ endedMsAgo }))
    await retain({ runsMs: 90 * day, maxRuns: 2 })
    expect(await Promise.all(runs.map((run) => placesOf(run)))).toEqual([[], [], everywhere, everywhere])
    const young = [await addRun({ endedMsAgo: 3_000_000 }), await addRun({ endedMsAgo: 0 })]
    await retain({ runsMs: 1, maxRuns: 1 })
    for (const run of young) expect(await placesOf(run)).toEqual(everywhere)
  })

  test('what a batch says of its runs counts for these alone', async () => {
    const short = await addRun({ endedMsAgo: 3 * day, keepMs: 2 * day })
    const long = await addRun({ endedMsAgo: 200 * day, keepMs: 300 * day })
    const other = await addRun({ endedMsAgo: 3 * day })
    await retain({ runsMs: 90 * day, maxRuns: 1 })
    expect(await placesOf(short)).toEqual([])
    expect(await placesOf(long)).toEqual(everywhere)
    expect(await placesOf(other)).toEqual(everywhere)
    const forOneDay = await addRun({ endedMsAgo: 2 * day, keepMs: day })
    await retain(never)
    expect(await placesOf(forOneDay)).toEqual([])
  })

  test('nothing is removed when runs are kept for ever, however many', async () => {
    const runs = [await addRun(), await addRun({ endedMsAgo: 200 * day })]
    await retain(never)
    for (const run of runs) expect(await placesOf(run)).toEqual(everywhere)
  })

  test('what a killed overseer has left of a private run in Redis is removed with it', async () => {
    const run = await addRun({ private: true })
    const queue = openRunQueue(charges.connection, privateQueueNames(run))
    await queue.queries.add('run-queries', {}, { jobId: 'x' })
    await retain({ runsMs: 90 * day, maxRuns: null })
    expect(await charges.connection.redis.keys(`${charges.connection.prefix}:*-${run}:*`)).toEqual([])
    expect(await placesOf(run)).not.toContain('run')
  })

  test('a run that was retried is kept while it goes on, and goes with all of its generations', async () => {
    const run = await addRun({ state: 'partial' })
    await journal.pool.query(`UPDATE querypool.result SET state = 'failed' WHERE run = $1 AND position > 2`, [run])
    await openGeneration(journal, { run, after: 1, by: 'somebody', slots: null })
    await retain({ runsMs: day, maxRuns: 1 })
    expect(await placesOf(run)).toContain('generation')
    await journal.pool.query(
      `UPDATE querypool.run SET state = 'succeeded', finished_at = now() - interval '2 days' WHERE id = $1`,
      [run],
    )
    await putFile(`${run}/2/report.json`, '{}')
    await charges.connection.queue('runs').add('finish-run', {}, { jobId: `${run}-2-finish` })
    await retain({ runsMs: day, maxRuns: null })
    expect(await placesOf(run)).toEqual([])
  })

  test('a run is found by nobody once its removal has begun, and its key is free', async () => {
    const run = await addRun({ key: 'nightly' })
    expect(await markRemovable(journal, { storeId: store.id, runsMs: day, maxRuns: null }, 10)).toBe(1)
    await expect(readRun(journal, run)).rejects.toMatchObject({ code: 'QP_RUN_NOT_FOUND' })
    await expect(readRun(journal, 'nightly')).rejects.toMatchObject({ code: 'QP_RUN_NOT_FOUND' })
    expect(await readRuns(journal, { most: 10 })).toEqual([])
    await addRun({ key: 'nightly', endedMsAgo: 0 })
  })

  test('a removal that is interrupted at any point is completed by the next one', async () => {
    for (let steps = 0; ; steps++) {
      const run = await addRun({ publish: 'sent' })
      await markRemovable(journal, { storeId: store.id, runsMs: day, maxRuns: null }, 10)
      const [removing] = await readRemoving(journal, store.id, [], 10)
      expect(removing?.run).toBe(run)
      const removal = removeRun(charges, removing as NonNullable<typeof removing>)
      let isDone = false
      for (let step = 0; step <= steps && !isDone; step++) isDone = (await removal.next()).done === true
      if (!isDone) expect(await placesOf(run), `after ${steps + 1} steps`).toContain('run')
      await retain(never)
      expect(await placesOf(run), `after ${steps + 1} steps`).toEqual([])
      if (isDone) return expect(steps).toBeGreaterThan(5)
    }
  })

  test('who is reading rows as their run is removed gets all of them', async () => {
    const run = await addRun()
    const key = rowsKey({ run, generation: 1, job: 1, attempt: 1 })
    const bytes = 5_000_000
    await putFile(key, 'x'.repeat(bytes))
    const reading = store.read(key, 0, bytes)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    let got = (await reading.next()).value?.length ?? 0
    await retain({ runsMs: day, maxRuns: null })
    expect(existsSync(store.locate(key))).toBe(false)
    for (let next = await reading.next(); !next.done; next = await reading.next()) got += next.value.length
    expect(got).toBe(bytes)
  })

  test('what refers to a run or a query is found through an index, so that removing a large run takes no longer per query', async () => {
    const { rows } = await journal.pool.query<{ from: string; isIndexed: boolean }>(
      `SELECT c.conrelid::regclass::text AS from, EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
           AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey) AS "isIndexed"
       FROM pg_constraint c WHERE c.contype = 'f'
         AND c.confrelid IN ('querypool.run'::regclass, 'querypool.query'::regclass)`,
    )
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(({ isIndexed }) => !isIndexed)).toEqual([])
  })
})

describe('what lies in the store for no run', () => {
  test('is removed after a day', async () => {
    const known = await addRun({ endedMsAgo: 3 * day })
    const [orphan, young, halfRemoved] = [newRunId(), newRunId(), newRunId()]
    for (const key of [
      `${orphan}/1/1/1/rows.csv`,
      `${young}/1/1/1/rows.csv`,
      `.removed-${halfRemoved}-${randomUUID()}/1/2/1/rows.csv`,
    ])
      await putFile(key, 'n\n')
    await putFile('of-somebody-else/1/1/1/rows.csv', 'n\n')
    for (const key of [known, orphan, 'of-somebody-else']) await setTime(key, 2 * day)
    await retain(never)
    const left = await readdir(folder)
    expect(left.toSorted()).toEqual(['.installations', 'of-somebody-else', 'store.json', known, young].toSorted())
  })

  test('stays when another installation uses the store, too: it may be of that one', async () => {
    const orphan = newRunId()
    await putFile(`${orphan}/1/1/1/rows.csv`, 'n\n')
    await setTime(orphan, 2 * day)
    await noteInstallation(store, 'another1')
    await retain(never)
    expect(await readdir(folder)).toContain(orphan)
  })

  test('files that nobody has finished to put go after a day, but none of a run that is not over', async () => {
    const [ended, unfinished] = [await addRun({ endedMsAgo: 2 * day }), await addRun({ state: 'running' })]
    const parts = [
      `${ended}/1/1/1/rows.csv.part-a`,
      `${ended}/1/1/1/rows.csv.part-b`,
      `${unfinished}/1/1/1/rows.csv.part-c`,
    ]
    for (const part of parts) await putFile(part, 'n\n')
    for (const index of [0, 2]) await setTime(parts[index] ?? '', 2 * day)
    await setTime(rowsKey({ run: ended, generation: 1, job: 1, attempt: 1 }), 2 * day)
    await retain(never)
    expect(parts.map((part) => existsSync(store.locate(part)))).toEqual([false, true, true])
    expect(await readdir(store.locate(`${ended}/1/1/1`))).toEqual(['rows.csv', 'rows.csv.part-b'])
  })
})
