import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Journal, openJournal, readRun, recordEvent, submitRun } from '@querypool/shared/journal'
import { openLog } from '@querypool/shared/log'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { stuckSince } from './board-health.ts'
import type { Settings } from './settings.ts'
import { type Dashboard, startDashboard } from './start-dashboard.ts'

const redisUrl = process.env.QUERYPOOL_TEST_REDIS_URL ?? ''
const postgresUrl = process.env.QUERYPOOL_TEST_POSTGRES_URL ?? ''
const database = `dashboard_${randomBytes(4).toString('hex')}`
const nasty = '<script>alert(1)</script>"\'&'
const escaped = '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;'
let admin: pg.Client
let journalUrl: string
let journal: Journal
let dashboard: Dashboard | undefined

beforeAll(async () => {
  if (!redisUrl || !postgresUrl) throw new Error('The servers of the tests are not known: run vitest from the root.')
  admin = new pg.Client({ connectionString: postgresUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${database}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${database}`
  journalUrl = url.href
  journal = await openJournal(journalUrl, 2)
})
afterEach(async () => {
  await dashboard?.stop()
  dashboard = undefined
})
afterAll(async () => {
  await journal?.close()
  await admin?.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await admin?.end()
})

function start(settings: Partial<Settings> = {}): Promise<Dashboard> {
  const given = { redisUrl, journalUrl, host: '127.0.0.1', port: 0, token: null, databases: [], ...settings }
  return startDashboard(given, openLog('dashboard', { level: 'error', format: 'json' }))
}

function get(path: string): Promise<Response> {
  return fetch(`${dashboard?.url}${path}`, { redirect: 'manual' })
}

async function textOf(path: string): Promise<string> {
  return (await get(path)).text()
}

/** Writes a private run with so many queries to the journal; the first `failing` of them have failed. */
async function submit(run: string, queryCount: number, failing = 0): Promise<void> {
  const submission = { run, key: null, batch: nasty, file: nasty, database: 'shop', storeId: 's' }
  const rest = {
    sql: 'select secret_of_sql',
    line: 1,
    column: 1,
    parameters: [],
    slots: [],
    arguments: [],
    tags: [],
    needs: [],
  }
  const options = {
    effect: 'read',
    timeoutMs: null,
    retries: null,
    maxRows: null,
    maxBytes: null,
    expectMs: null,
    cacheMs: null,
  } as const
  const queries = Array.from({ length: queryCount }, (_, position) => ({
    position,
    name: `q_${position}_`,
    ...rest,
    ...options,
  }))
  await submitRun(
    journal,
    { ...submission, private: true, slots: 2, publish: null, onFailure: 'continue' as const },
    queries,
  )
  await journal.pool.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, worker, error)
     SELECT $1, 1, n, 'failed', 1, now(), $3, $4 FROM generate_series(0, $2::int - 1) n`,
    [run, failing, nasty, { code: 'QP_SQL_ERROR', message: nasty }],
  )
}

test('the page of a run shows its queries in parts, or those in one state', async () => {
  await submit('large', 450, 3)
  dashboard = await start()
  const shown = async (query: string): Promise<string[]> => (await textOf(`/runs/large${query}`)).match(/q_\d+_/g) ?? []
  const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `q_${from + n}_`)
  expect(await shown('')).toEqual(names(0, 200))
  expect(await shown('?page=3')).toEqual(names(400, 450))
  expect(await shown('?page=4')).toEqual([])
  expect(await shown('?state=failed')).toEqual(names(0, 3))
  expect(await shown('?state=queued&page=3')).toEqual(names(403, 450))
  for (const odd of ['?page=0', '?page=-1', '?page=x', '?page=1&page=2', '?state=x', '?state[]=failed'])
    expect([odd, await shown(odd)]).toEqual([odd, names(0, 200)])
  expect(await textOf('/runs/large?page=2')).toContain('Page 2 of 3')
})

test('whatever a run is called and failed with is shown as it is, and never taken for HTML; its SQL is not shown', async () => {
  await submit('nasty', 2, 1)
  await recordEvent(journal, 'nasty', 'QP_WORKER_LOST', nasty)
  dashboard = await start()
  for (const path of ['/runs', '/runs/nasty']) {
    const text = await textOf(path)
    expect(text).toContain(escaped)
    expect(text).not.toContain('<script')
    expect(text).not.toContain('secret_of_sql')
  }
  const text = await textOf('/runs/nasty')
  expect(text.split(escaped).length - 1).toBeGreaterThanOrEqual(5)
  expect(text).toContain('QP_RUN_ABANDONED')
})

test('a page of a run that goes on loads itself anew, that of one that is over does not', async () => {
  await submit('going', 1)
  dashboard = await start()
  expect(await textOf('/runs/going')).toContain('http-equiv="refresh"')
  await journal.pool.query(`UPDATE querypool.run SET state = 'failed', finished_at = now() WHERE id = 'going'`)
  expect((await readRun(journal, 'going')).state).toBe('failed')
  expect(await textOf('/runs/going')).not.toContain('http-equiv="refresh"')
})

test('a run or page that does not exist is said not to exist', async () => {
  dashboard = await start()
  for (const path of ['/runs/none', '/runs/%E0', '/nothing', '/runs/a/b']) {
    const { status, headers } = await get(path)
    expect([path, status >= 400 && status < 500]).toEqual([path, true])
    expect(headers.get('content-type')).toContain('text/html')
  }
})

test('the metrics count the jobs of shared queues', async () => {
  dashboard = await start({ databases: ['shop'] })
  expect(await textOf('/metrics')).toMatch(/^querypool_dashboard_jobs\{queue="queries-shop",state="failed"\} 0$/m)
})

test('a dashboard is ready while journal and Redis answer, and not once they did not for half a minute', () => {
  const lookedAt = new Date('2026-01-01T00:00:00Z')
  expect(stuckSince(lookedAt, new Date('2026-01-01T00:00:30Z'))).toBeNull()
  expect(stuckSince(lookedAt, new Date('2026-01-01T00:00:31Z'))).toBe('journal and Redis did not both answer for 31 s')
})

test('while the journal does not answer, pages say so, and it goes on when the journal is back', async () => {
  dashboard = await start()
  await admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS false`)
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [database])
  await vi.waitFor(async () => expect((await get('/runs')).status).toBe(503), { timeout: 60_000 })
  expect((await get('/healthz')).status).toBe(200)
  await admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS true`)
  await vi.waitFor(async () => expect((await get('/runs')).status).toBe(200), { timeout: 60_000 })
})

test('the root leads to the runs, and the health check answers', async () => {
  dashboard = await start()
  const root = await get('/')
  expect([root.status, root.headers.get('location')]).toEqual([302, '/runs'])
  const health = await get('/healthz')
  expect([health.status, await health.json()]).toEqual([200, { ok: true }])
  const page = await get('/queues')
  expect([page.status, (await page.text()).includes('QueryPool')]).toEqual([200, true])
})

test('a server that cannot be reached is named with what to do about it', async () => {
  const nowhere = 'redis://127.0.0.1:1'
  await expect(start({ redisUrl: nowhere })).rejects.toMatchObject({
    code: 'QP_REDIS_UNREACHABLE',
    exitStatus: 3,
  })
  await expect(start({ journalUrl: 'postgres://127.0.0.1:1/x' })).rejects.toMatchObject({
    code: 'QP_JOURNAL_UNREACHABLE',
    exitStatus: 3,
  })
})

test('a port that is taken is named with what to do about it', async () => {
  dashboard = await start()
  const port = Number(new URL(dashboard.url).port)
  await expect(start({ port })).rejects.toMatchObject({ code: 'QP_PORT_TAKEN', exitStatus: 3 })
})

test('the program logs its address, and SIGTERM ends it with status 0', async () => {
  const program = spawn(process.execPath, [fileURLToPath(new URL('../dist/main.js', import.meta.url))], {
    env: {
      ...process.env,
      REDIS_URL: redisUrl,
      QUERYPOOL_JOURNAL_URL: journalUrl,
      QUERYPOOL_DASHBOARD_PORT: '0',
      QUERYPOOL_LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const exited = once(program, 'exit')
  const [line] = await once(program.stderr, 'data')
  const { health } = JSON.parse(String(line)) as { health: string }
  expect(await (await fetch(`${health}/readyz`)).json()).toEqual({ ready: true })
  program.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
