import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlowNode } from '@bull-board/api/typings/app'
import { claimJobs, type Journal, nextDispatch, openJournal, submitRun } from '@querypool/shared/journal'
import { openLog } from '@querypool/shared/log'
import {
  addAttempts,
  addRun,
  applyLimit,
  collectJobId,
  connectQueues,
  finishJobId,
  openRunQueue,
  privateQueueNames,
  type QueueConnection,
  type RunQueue,
  removeRunQueue,
  sharedQueueNames,
} from '@querypool/shared/queue'
import { openStore } from '@querypool/shared/result'
import { newRunId } from '@querypool/shared/run'
import { Worker } from 'bullmq'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Settings } from '../settings.ts'
import { type Dashboard, startDashboard } from '../start-dashboard.ts'

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
  const store = await openStore(folder)
  const submission = {
    key: null,
    batch: 'pay',
    file: 'pay.sql',
    database: 'shop',
    private: true,
    slots: 2,
    publish: null,
    onFailure: 'continue' as const,
  }
  const query = { position: 0, name: 'top_earners', sql: `SELECT * FROM ${secret}`, line: 1, column: 1, parameters: [] }
  const rest = {
    slots: [],
    arguments: [],
    effect: 'read',
    timeoutMs: null,
    maxRows: null,
    maxBytes: null,
    retries: null,
    expectMs: null,
    cacheMs: null,
    tags: [],
    needs: [],
  } as const
  await submitRun(journal, { run, storeId: store.id, ...submission }, [{ ...query, ...rest }])
  await addRun(queue, { run, generation: 1 }, { last: 0, next: () => nextDispatch(journal, run, 1) })
  await addAttempts(queue, store, await claimJobs(journal, run, 1))
}

function start(settings: Partial<Settings> = {}): Promise<Dashboard> {
  const given = { redisUrl, journalUrl, host: '127.0.0.1', port: 0, token: null, databases: [], ...settings }
  return startDashboard(given, openLog('dashboard', { level: 'error', format: 'json' }))
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
  dashboard = await start()
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
  dashboard = await start()
  const text = await (await get(`/queues/api/queues?activeQueue=${queries}`)).text()
  const body = JSON.parse(text) as { queues: { name: string; jobs: { id: string; name: string; data: unknown }[] }[] }
  const [job] = body.queues.find((shown) => shown.name === queries)?.jobs ?? []
  expect(job?.name).toBe('run-queries · pay: top_earners')
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
  dashboard = await start()
  expect(await shownQueues()).toEqual([queries, results, runs])
  expect((await get(`/queues/api/queues?activeQueue=${queries}`)).status).toBe(200)
  expect(await keysOfInstallation()).toEqual([])
})

test('nothing can be changed through the dashboard', async () => {
  await submitAndDispatch()
  dashboard = await start()
  for (const path of [`/${queries}/pause`, `/${queries}/obliterate`, '/pause']) {
    const reply = await fetch(`${dashboard.url}/queues/api/queues${path}`, { method: 'PUT' })
    expect(reply.status, path).toBe(405)
  }
  expect(await queue.queries.isPaused()).toBe(false)
  expect(await queue.queries.getJobCountByTypes('prioritized')).toBe(1)
})

test('the queues of shared runs are on the board: those of configured databases, and those that overseers serve', async () => {
  await applyLimit(openRunQueue(connection, sharedQueueNames('served')), 'served', {
    maxConcurrency: null,
    paused: false,
  })
  dashboard = await start({ databases: ['configured'] })
  expect(await shownQueues()).toEqual(['queries-configured', 'queries-served', 'results', 'runs'])
})

test('the flow of a run names its jobs by batch and query, from finish-run down to run-queries', async () => {
  await submitAndDispatch()
  dashboard = await start()
  const reply = await get(`/queues/api/queues/${runs}/${finishJobId(run, 1)}/flow`)
  const { flowRoot } = (await reply.json()) as { flowRoot: FlowNode }
  const [collect] = flowRoot.children.filter(({ name }) => name.endsWith('collect-results'))
  expect(flowRoot).toMatchObject({ name: 'pay · finish-run', queueName: runs })
  expect(collect).toMatchObject({
    name: 'top_earners · collect-results',
    queueName: results,
    children: [{ name: 'top_earners · run-queries', queueName: queries }],
  })
})

test('nothing that a job failed with, returned, logged or noted is on the board, but it says that it failed', async () => {
  await submitAndDispatch()
  const [waiting] = await queue.queries.getJobs(['prioritized'])
  const id = waiting?.id ?? ''
  await waiting?.log(secret)
  await waiting?.updateProgress({ secret })
  const worker = new Worker(
    queries,
    async () => {
      throw new Error(secret)
    },
    { connection: queue.redis.duplicate(), prefix: queue.prefix },
  )
  await vi.waitFor(async () => expect(await queue.queries.getJobState(id)).toBe('failed'), { timeout: 60_000 })
  await worker.close()
  const failed = await queue.queries.getJob(id)
  expect([failed?.failedReason, failed?.progress]).toEqual([secret, { secret }])
  dashboard = await start()
  const job = `/queues/api/queues/${queries}/${id}`
  const parent = `/queues/api/queues/${results}/${collectJobId({ run, generation: 1, job: 1, attempt: 1 })}`
  for (const path of [job, `${job}/logs`, `${job}/flow`, parent, `/queues/api/queues?activeQueue=${queries}`]) {
    const reply = await get(path)
    expect([path, reply.status]).toEqual([path, 200])
    expect(await reply.text(), path).not.toContain(secret)
  }
  expect(await (await get(job)).json()).toMatchObject({
    job: { isFailed: true, externalUrl: { href: `/runs/${run}` } },
    status: 'failed',
  })
})
