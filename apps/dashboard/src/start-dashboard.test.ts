import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { claimJobs, type Journal, nextDispatch, openJournal, submitRun } from '@querypool/shared/journal'
import {
  addAttempts,
  addRun,
  connectQueues,
  openRunQueue,
  privateQueueNames,
  type QueueConnection,
  type RunQueue,
  removeRunQueue,
} from '@querypool/shared/queue'
import { openFolderStore } from '@querypool/shared/result'
import { newRunId } from '@querypool/shared/run'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Dashboard, startDashboard } from './start-dashboard.ts'

const secret = 'salary_of_everybody'
const run = newRunId()
const { runs, results, queries } = privateQueueNames(run)
const redisUrl = process.env.QUERYPOOL_TEST_REDIS_URL ?? ''
const postgresUrl = process.env.QUERYPOOL_TEST_POSTGRES_URL ?? ''
const database = `dashboard_${randomBytes(4).toString('hex')}`
let folder: string
let journalUrl: string
let journal: Journal
let connection: QueueConnection
let queue: RunQueue
let dashboard: Dashboard | undefined

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  await client.query(sql)
  await client.end()
}

beforeEach(async () => {
  if (!redisUrl || !postgresUrl) throw new Error('The servers of the tests are not known: run vitest from the root.')
  await onServer(`CREATE DATABASE ${database}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${database}`
  journalUrl = url.href
  journal = await openJournal(journalUrl, 2)
  connection = connectQueues(redisUrl, journal.installation)
  queue = openRunQueue(connection, privateQueueNames(run))
  folder = await mkdtemp(join(tmpdir(), 'querypool-dashboard-'))
})

afterEach(async () => {
  await dashboard?.stop()
  dashboard = undefined
  await removeRunQueue(queue)
  await connection.close()
  await journal.close()
  await onServer(`DROP DATABASE ${database} WITH (FORCE)`)
  await rm(folder, { recursive: true })
})

async function submitAndDispatch(): Promise<void> {
  const store = await openFolderStore(folder)
  const submission = {
    key: null,
    batch: 'pay',
    file: 'pay.sql',
    database: 'shop',
    private: true,
    slots: 2,
    publish: null,
  }
  const query = { position: 0, name: 'top_earners', sql: `SELECT * FROM ${secret}`, line: 1, column: 1, parameters: [] }
  const rest = {
    slots: [],
    arguments: [],
    effect: 'read',
    timeoutMs: null,
    retries: null,
    expectMs: null,
    tags: [],
  } as const
  await submitRun(journal, { run, storeId: store.id, ...submission }, [{ ...query, ...rest }])
  await addRun(queue, { run, generation: 1 }, () => nextDispatch(journal, run))
  await addAttempts(queue, store, await claimJobs(journal, run, 1))
}

function get(path: string): Promise<Response> {
  return fetch(`${dashboard?.url}${path}`, { redirect: 'manual' })
}

async function shownQueues(): Promise<string[]> {
  const body = (await (await get('/queues/api/queues')).json()) as { queues: { name: string }[] }
  return body.queues.map((shown) => shown.name).sort()
}

function keysOfInstallation(): Promise<string[]> {
  return queue.redis.keys(`${queue.prefix}:*`)
}

test('the queues of a run are on the board while it is unfinished', async () => {
  dashboard = await startDashboard({ redisUrl, journalUrl, port: 0 })
  expect(await shownQueues()).toEqual([])
  await submitAndDispatch()
  await vi.waitFor(async () => expect(await shownQueues()).toEqual([queries, results, runs]), { timeout: 60_000 })
  await removeRunQueue(queue)
  await journal.pool.query(`UPDATE querypool.run SET state = 'cancelled', finished_at = now() WHERE id = $1`, [run])
  await vi.waitFor(async () => expect(await shownQueues()).toEqual([]), { timeout: 60_000 })
  expect(await keysOfInstallation()).toEqual([])
})

test('a job shows the names of its queries but never their SQL', async () => {
  await submitAndDispatch()
  dashboard = await startDashboard({ redisUrl, journalUrl, port: 0 })
  const text = await (await get(`/queues/api/queues?activeQueue=${queries}`)).text()
  const body = JSON.parse(text) as { queues: { name: string; jobs: { id: string; name: string; data: unknown }[] }[] }
  const [job] = body.queues.find((shown) => shown.name === queries)?.jobs ?? []
  expect(job?.name).toBe('run-queries')
  expect(job?.data).toMatchObject({ run, attempt: expect.any(Number), queries: ['top_earners'] })
  expect(text).not.toContain(secret)
  const flow = await get(`/queues/api/queues/${queries}/${job?.id}/flow`)
  const single = await get(`/queues/api/queues/${queries}/${job?.id}`)
  expect(single.status).toBe(200)
  for (const reply of [flow, single]) expect(await reply.text()).not.toContain(secret)
})

test('looking at a run writes nothing to Redis', async () => {
  await submitAndDispatch()
  await queue.redis.del(...(await keysOfInstallation()))
  dashboard = await startDashboard({ redisUrl, journalUrl, port: 0 })
  expect(await shownQueues()).toEqual([queries, results, runs])
  expect((await get(`/queues/api/queues?activeQueue=${queries}`)).status).toBe(200)
  expect(await keysOfInstallation()).toEqual([])
})

test('nothing can be changed through the dashboard', async () => {
  await submitAndDispatch()
  dashboard = await startDashboard({ redisUrl, journalUrl, port: 0 })
  for (const path of [`/${queries}/pause`, `/${queries}/obliterate`, '/pause']) {
    const reply = await fetch(`${dashboard.url}/queues/api/queues${path}`, { method: 'PUT' })
    expect(reply.status, path).toBe(405)
  }
  expect(await queue.queries.isPaused()).toBe(false)
  expect(await queue.queries.getJobCountByTypes('prioritized')).toBe(1)
})

test('the root leads to the board, and the health check answers', async () => {
  dashboard = await startDashboard({ redisUrl, journalUrl, port: 0 })
  const root = await get('/')
  expect([root.status, root.headers.get('location')]).toEqual([302, '/queues'])
  const health = await get('/healthz')
  expect([health.status, await health.json()]).toEqual([200, { ok: true }])
  const page = await get('/queues')
  expect([page.status, (await page.text()).includes('QueryPool')]).toEqual([200, true])
})

test('a server that cannot be reached is named with what to do about it', async () => {
  const nowhere = 'redis://127.0.0.1:1'
  await expect(startDashboard({ redisUrl: nowhere, journalUrl, port: 0 })).rejects.toMatchObject({
    code: 'QP_REDIS_UNREACHABLE',
    exitStatus: 3,
  })
  await expect(startDashboard({ redisUrl, journalUrl: 'postgres://127.0.0.1:1/x', port: 0 })).rejects.toMatchObject({
    code: 'QP_JOURNAL_UNREACHABLE',
    exitStatus: 3,
  })
})

test('the program prints its address, and SIGTERM ends it with status 0', async () => {
  const program = spawn(process.execPath, [fileURLToPath(new URL('../dist/main.js', import.meta.url))], {
    env: { ...process.env, REDIS_URL: redisUrl, QUERYPOOL_JOURNAL_URL: journalUrl, QUERYPOOL_DASHBOARD_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(program, 'exit')
  const [line] = await once(program.stdout, 'data')
  expect(String(line)).toMatch(/^QueryPool dashboard: http:\/\/127\.0\.0\.1:\d+\/queues\n$/)
  program.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
