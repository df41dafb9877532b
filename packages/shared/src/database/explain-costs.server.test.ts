import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromEnvironment } from '../../../../tests/from-environment.ts'
import { explainCosts } from './explain-costs.ts'
import { openTargetPool } from './target.ts'

const id = randomBytes(6).toString('hex')
const database = `explain_${id}`
const role = `explain_role_${id}`
let admin: pg.Client
let pool: pg.Pool

beforeAll(async () => {
  const url = fromEnvironment('QUERYPOOL_TEST_POSTGRES_URL')
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`CREATE ROLE ${role}`)
  await admin.query(`CREATE DATABASE ${database}`)
  const own = new URL(url)
  own.pathname = `/${database}`
  pool = openTargetPool({ url: own.href }, 2)
  await pool.query(`
    CREATE TABLE secret (n int); INSERT INTO secret VALUES (1); REVOKE ALL ON secret FROM public;
    CREATE FUNCTION slow() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.12); RETURN 1; END';
    CREATE FUNCTION insert_secret() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO secret VALUES (2); RETURN 1; END';
    CREATE FUNCTION writes() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN insert_secret(); END'`)
})
afterAll(async () => {
  await pool?.end()
  await admin?.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await admin?.query(`DROP ROLE IF EXISTS ${role}`)
  await admin?.end()
})

test('what costs clearly more has the greater magnitude, and what cannot be explained has none', async () => {
  const magnitudes = await costs(null, [
    'select 1',
    'select count(*) from generate_series(1, 10000)',
    'select count(*) from generate_series(1, 10000000)',
    'show server_version',
    'select nothing from nowhere',
  ])
  expect(magnitudes).toEqual([0, 2, 5, 0, 0])
})

test('nothing is run and nothing written, whatever the text holds', async () => {
  const several = 'select 1; COMMIT; BEGIN READ WRITE; INSERT INTO secret VALUES (3); COMMIT'
  expect(await costs(null, ['select pg_sleep(60)', several, 'select writes()'])).toEqual([0, 0, 0])
  expect((await pool.query('SELECT n FROM secret')).rows).toEqual([{ n: 1 }])
})

test('it is asked as the role that the queries run as', async () => {
  const statement = "select current_setting('role') from generate_series(1, whoami())"
  await pool.query(`CREATE FUNCTION whoami() RETURNS int IMMUTABLE LANGUAGE plpgsql AS
    'BEGIN RETURN CASE current_setting(''role'') WHEN ''none'' THEN 10 ELSE 10000 END; END'`)
  expect(await costs(null, [statement])).toEqual([0])
  expect(await costs(role, [statement])).toEqual([2])
})

test('when there is no time for all of them there is no order at all', async () => {
  const statements = Array.from({ length: 30 }, () => 'select slow(), n from secret')
  expect(await costs(null, statements, 1000)).toEqual([])
})

test('a database that cannot be reached costs no more than a second, and gives no order', async () => {
  const gone = openTargetPool({ url: 'postgres://nobody@127.0.0.1:1/none' }, 1)
  expect((await explainCosts(gone, null, [{ position: 0, text: 'select 1' }])).size).toBe(0)
  await gone.end()
})

test('the sessions of others keep their settings', async () => {
  expect(await costs(role, ['select 1'])).toEqual([0])
  const { rows } = await pool.query<{ role: string; limit: string }>(
    `SELECT current_setting('role') AS role, current_setting('statement_timeout') AS limit`,
  )
  expect(rows).toEqual([{ role: 'none', limit: '0' }])
})

async function costs(as: string | null, texts: readonly string[], patienceMs = 120_000): Promise<number[]> {
  const statements = texts.map((text, position) => ({ position, text }))
  return [...(await explainCosts(pool, as, statements, patienceMs)).values()]
}
