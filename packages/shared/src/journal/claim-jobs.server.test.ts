import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseBatch } from '../batch/parse-batch.ts'
import { windowOfJobs } from '../run/index.ts'
import { claimJobs } from './claim-jobs.ts'
import { type Journal, openJournal } from './journal.ts'
import { submitRun } from './submit-run.ts'

const run = 'claimed-by-many'
const database = `claim_${randomBytes(6).toString('hex')}`
let admin: pg.Client
let journal: Journal

beforeAll(async () => {
  const url = process.env.QUERYPOOL_TEST_POSTGRES_URL
  if (url === undefined)
    throw new Error('QUERYPOOL_TEST_POSTGRES_URL is not set: it names the PostgreSQL of the tests.')
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${database}`)
  const own = new URL(url)
  own.pathname = `/${database}`
  journal = await openJournal(own.href)
})

afterAll(async () => {
  await journal?.close()
  await admin?.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await admin?.end()
})

test('a window is not overfilled by several who claim at once', async () => {
  const window = windowOfJobs(1)
  const text = Array.from({ length: 3 * window }, (_, n) => `-- name: q${n}\nselect ${n};\n`).join('')
  const { queries } = await parseBatch(new TextEncoder().encode(text), 'b.sql')
  const names = { batch: 'b', file: 'b.sql', database: 'd', storeId: 's' }
  const submission = {
    run,
    key: null,
    ...names,
    private: true,
    slots: 1,
    publish: null,
    onFailure: 'continue' as const,
  }
  await submitRun(
    journal,
    submission,
    queries.map((query) => ({ ...query, arguments: [] })),
  )
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claimJobs(journal, run, 1)))
  expect(claimed.flat()).toHaveLength(window)
  const { rows } = await journal.pool.query('SELECT count(*)::int AS open FROM querypool.job WHERE NOT settled')
  expect(rows).toEqual([{ open: window }])
})
