import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inTransaction } from './in-transaction.ts'

let pool: pg.Pool

beforeAll(() => {
  const url = process.env.QUERYPOOL_TEST_POSTGRES_URL
  if (url === undefined)
    throw new Error('QUERYPOOL_TEST_POSTGRES_URL is not set: it names the PostgreSQL of the tests.')
  pool = new pg.Pool({ connectionString: url, max: 2 })
})
afterAll(() => pool?.end())

test('a transaction whose session is ended while it waits for something else fails, and does not end the process', async () => {
  const doomed = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const ended = vi.fn()
    client.once('end', ended)
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), { timeout: 60_000 })
  })
  await expect(doomed).rejects.toThrow()
  expect(await inTransaction(pool, async (client) => (await client.query('SELECT 1 AS n')).rows)).toEqual([{ n: 1 }])
})
