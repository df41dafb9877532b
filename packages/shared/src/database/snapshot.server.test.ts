import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newRunId } from '../run/index.ts'
import { beginInSnapshot, beginNewSnapshot, holdSnapshot } from './snapshot.ts'
import { endHolders, findHolders } from './snapshot-holders.ts'

const installation = randomBytes(4).toString('hex')
const sequence = `snapshot_${installation}`
let pool: pg.Pool
const sessions: pg.Client[] = []

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: process.env.QUERYPOOL_TEST_POSTGRES_URL, max: 2 })
  await pool.query(`CREATE TABLE ${sequence} (n int)`)
})
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.end().catch(() => {})))
})
afterAll(async () => {
  await pool.query(`DROP TABLE ${sequence}`)
  await pool.end()
})

async function open(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.QUERYPOOL_TEST_POSTGRES_URL })
  client.on('error', () => {})
  await client.connect()
  sessions.push(client)
  return client
}

async function countRows(client: pg.Client): Promise<number> {
  const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${sequence}`)
  return rows[0].n
}

describe('a snapshot that sessions hold', () => {
  test('is seen by all who import it, and is handed on from one to the next', async () => {
    const run = newRunId()
    const [first, second, third] = [await open(), await open(), await open()]
    await beginNewSnapshot(first)
    const held = await holdSnapshot(first, installation, { run, generation: 3, place: 1 })
    const before = await countRows(first)
    await pool.query(`INSERT INTO ${sequence} VALUES (1)`)
    const server = held?.server ?? ''
    expect(await beginInSnapshot(second, { server, ids: [held?.id ?? ''] })).toBe('begun')
    const next = await holdSnapshot(second, installation, { run, generation: 3, place: 2 })
    await first.end()
    const ids = [held?.id ?? '', next?.id ?? '']
    expect(await beginInSnapshot(third, { server, ids })).toBe('begun')
    expect(await countRows(third)).toBe(before)
    expect(await findHolders(pool, installation, run)).toMatchObject([{ generation: 3, place: 2, pid: next?.pid }])
    await expect(third.query(`INSERT INTO ${sequence} VALUES (2)`)).rejects.toMatchObject({ code: '25006' })
  })

  test('is not entered when nobody holds it, or another server has one of that name; no transaction is left', async () => {
    const [first, second] = [await open(), await open()]
    await beginNewSnapshot(first)
    const held = await holdSnapshot(first, installation, { run: newRunId(), generation: 1, place: 1 })
    const [id, server] = [held?.id ?? '', held?.server ?? '']
    const inTransaction = async () =>
      (await second.query('SELECT now() <> statement_timestamp() AS is')).rows[0].is as boolean
    expect(await beginInSnapshot(second, { server: '1.5', ids: [id] })).toBe('elsewhere')
    expect(await inTransaction()).toBe(false)
    for (const gone of [['00000099-00000001-1'], ['no name'], []])
      expect(await beginInSnapshot(second, { server, ids: gone })).toBe('gone')
    await first.end()
    expect(await beginInSnapshot(second, { server, ids: [id] })).toBe('gone')
    expect(await inTransaction()).toBe(false)
  })

  test('has each place once, and whoever has one can be ended', async () => {
    const place = { run: newRunId(), generation: 1, place: 1 }
    const [first, second] = [await open(), await open()]
    for (const session of [first, second]) await beginNewSnapshot(session)
    expect(await holdSnapshot(first, installation, place)).not.toBeNull()
    expect(await holdSnapshot(second, installation, place)).toBeNull()
    const holders = await findHolders(pool, installation, place.run)
    expect(holders).toHaveLength(1)
    await endHolders(
      pool,
      installation,
      place.run,
      holders.map((one) => ({ ...one, startedAt: new Date(0) })),
    )
    expect(await findHolders(pool, installation, place.run), 'another process of that number').toHaveLength(1)
    await endHolders(pool, installation, place.run, holders)
    await expect.poll(() => findHolders(pool, installation, place.run), { timeout: 60_000 }).toEqual([])
  })
})
