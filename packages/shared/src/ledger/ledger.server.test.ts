import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Manifest } from '../result/index.ts'
import { createLedger } from './create-ledger.ts'
import { enterWrite } from './enter-write.ts'
import { readWrites } from './read-writes.ts'
import { recordWrite } from './record-write.ts'

const name = `ledger_${randomBytes(6).toString('hex')}`
let admin: pg.Client
let pool: pg.Pool
let url: string
let run = 0
let write: { installation: string; run: string; position: number }

beforeAll(async () => {
  admin = new pg.Client(process.env.QUERYPOOL_TEST_POSTGRES_URL)
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  const own = new URL(process.env.QUERYPOOL_TEST_POSTGRES_URL ?? '')
  own.pathname = `/${name}`
  url = own.href
  pool = new pg.Pool({ connectionString: url })
  pool.on('error', () => {})
  await createLedger({ url }, [])
})
beforeEach(() => {
  run++
  write = { installation: 'i1', run: `r${run}`, position: 0 }
})
afterAll(async () => {
  await pool?.end()
  await admin?.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin?.end()
})

const manifest: Manifest = {
  version: 1,
  run: 'r',
  generation: 1,
  job: 1,
  attempt: 1,
  worker: 'worker-a',
  outcomes: [],
}

async function begin(): Promise<pg.PoolClient> {
  const client = await pool.connect()
  await client.query('BEGIN')
  return client
}

/** Enters the write in two transactions; the second one waits for the first. */
async function enterTwice(): Promise<{ first: pg.PoolClient; second: pg.PoolClient; entered: Promise<boolean> }> {
  const [first, second] = [await begin(), await begin()]
  expect(await enterWrite(first, write, 'w')).toBe(true)
  const { rows } = await second.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const entered = enterWrite(second, write, 'w')
  await vi.waitFor(
    async () => {
      const { rowCount } = await pool.query('SELECT FROM pg_locks WHERE NOT granted AND pid = $1', [rows[0]?.pid])
      expect(rowCount).toBe(1)
    },
    { timeout: 60_000 },
  )
  return { first, second, entered }
}

async function end(...clients: pg.PoolClient[]): Promise<void> {
  for (const client of clients) {
    await client.query('ROLLBACK')
    client.release()
  }
}

test('a duplicate waits for the first one, and does not write what that has committed', async () => {
  const { first, second, entered } = await enterTwice()
  await recordWrite(first, write, manifest)
  await first.query('COMMIT')
  expect(await entered).toBe(false)
  await end(first, second)
  expect((await readWrites(pool, write, [0, 1])).get(0)).toEqual(manifest)
  expect((await readWrites(pool, { ...write, installation: 'i2' }, [0])).size).toBe(0)
})

test('a duplicate waits for the first one, and writes when that was rolled back', async () => {
  const { first, second, entered } = await enterTwice()
  await first.query('ROLLBACK')
  expect(await entered).toBe(true)
  await end(first, second)
  expect((await readWrites(pool, write, [0])).size).toBe(0)
})

test('a statement that removes its own row cannot be recorded', async () => {
  const client = await begin()
  await enterWrite(client, write, 'w')
  await client.query('DELETE FROM querypool_ledger.write')
  await expect(recordWrite(client, write, manifest)).rejects.toMatchObject({ code: 'QP_LEDGER_REFUSED' })
  await end(client)
})

test('the commit of a write is durable although its session has turned that off', async () => {
  const client = await begin()
  await client.query('SET LOCAL synchronous_commit = off')
  await enterWrite(client, write, 'w')
  await recordWrite(client, write, manifest)
  expect((await client.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }])
  await end(client)
})

test('a database without a ledger is told from one that has recorded nothing only by who wants to write', async () => {
  const other = new pg.Pool({ connectionString: process.env.QUERYPOOL_TEST_POSTGRES_URL ?? '', max: 1 })
  const client = await other.connect()
  await expect(enterWrite(client, write, 'w')).rejects.toMatchObject({ code: 'QP_LEDGER_MISSING' })
  client.release()
  expect((await readWrites(other, write, [0])).size).toBe(0)
  await other.end()
})
