import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf, type RunDocument } from './installation.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

/** Short queries, so that those of a batch with them are put together. */
const fillers = (count: number): string =>
  Array.from({ length: count }, (_, n) => `-- name: filler_${n}\n-- expect: 1ms\nselect ${n};\n`).join('')

/** Runs queries with others, all of which one or two jobs carry. */
async function runTogether(sql: string, count = 60, ...args: string[]): Promise<RunDocument> {
  return documentOf(await installation.runBatch(sql + fillers(count), '--workers', '1', ...args))
}

/** How many queries each job of a run carried, with the job of a query first. */
async function sizeOfJobOf(run: string, name: string): Promise<number> {
  const { rows } = await installation.journal.query<{ size: number }>(
    `SELECT count(*)::int AS size FROM querypool.query WHERE run = $1
       AND job = (SELECT job FROM querypool.query WHERE run = $1 AND name = $2)`,
    [run, name],
  )
  return rows[0]?.size ?? 0
}

async function readRows(run: string, name: string, format = 'csv'): Promise<string> {
  return (await installation.querypool(['results', run, name, '--format', format])).stdout
}

const awkward: Readonly<Record<string, string>> = {
  text: `select 'a,b' as "co,mma", 'say "hi"' as quoted, E'two\\nlines' as lines, E'\\r' as cr, '' as empty, null::text as nothing, ' x ' as blanks`,
  alone: `select * from (values ('\\.'), (''), (null), ('x')) as t(v)`,
  two: `select '\\.' as a, '\\.' as b`,
  unicode: `select 'grüße 你好 🎉' as "größe"`,
  types: `select 1::smallint, 2::bigint, 1.50::numeric(6,2), 'NaN'::float8, 0.1::float4, true, '\\x00ff'::bytea, '2024-02-29'::date,
    '2024-02-29 12:34:56.789+02'::timestamptz, interval '1 day 02:03', array['a','b,c',null], '{"a": [1, null]}'::jsonb, '<a/>'::text::xml`,
  none: 'select 1 as n where false',
  no_columns: 'select',
  many: 'select n, repeat(chr(65 + n % 26), n) as t from generate_series(1, 700) as n',
  show: 'show server_encoding',
  explained: 'explain select 1',
  composite: "select row(1, 'a \"b\"', null) as r, current_setting('TimeZone') as zone",
}

describe('queries that a job carries together', () => {
  test('give the very bytes that each gives alone', async () => {
    const sql = (expect: string): string =>
      Object.entries(awkward)
        .map(([name, text]) => `-- name: ${name}\n-- expect: ${expect}\n${text};\n`)
        .join('')
    const together = await runTogether(sql('1ms'))
    const file = await installation.batchFile(sql('1h'), 'alone.sql')
    const alone = documentOf(
      await installation.querypool(['run', file, '--database', installation.databaseUrl, '--workers', '2', '--json']),
    )
    expect([together.state, alone.state]).toEqual(['succeeded', 'succeeded'])
    const contents = async (run: string): Promise<Record<string, unknown>> => {
      const { rows } = await installation.journal.query<{ name: string; rows: string; sha256: string }>(
        'SELECT name, rows, sha256 FROM querypool.result JOIN querypool.query USING (run, position) WHERE run = $1',
        [run],
      )
      return Object.fromEntries(rows.map(({ name, ...content }) => [name, content]))
    }
    expect(await contents(together.runId)).toMatchObject(await contents(alone.runId))
    for (const name of Object.keys(awkward)) {
      expect(await sizeOfJobOf(together.runId, name), name).toBeGreaterThan(10)
      expect(await sizeOfJobOf(alone.runId, name), name).toBe(1)
    }
    // The types of columns are known to both: JSON is made by them.
    expect(await readRows(together.runId, 'types', 'json')).toBe(await readRows(alone.runId, 'types', 'json'))
  })

  test('fail, time out and are too large each by itself, and the others succeed', async () => {
    const together = await runTogether(
      [
        'broken\n-- expect: 1ms\nselect 1 / 0',
        'fine\n-- expect: 1ms\nselect 1 as one',
        'misspelt\n-- expect: 1ms\nselect no_such_column from generate_series(1, 3)',
        'after\n-- expect: 1ms\nselect 2 as two',
        'slow\n-- expect: 1ms\n-- timeout: 200ms\nselect pg_sleep(600)',
        'last\n-- expect: 1ms\n-- timeout: 200ms\nselect 3 as three',
      ]
        .map((text) => `-- name: ${text};\n`)
        .join(''),
    )
    expect(together.state).toBe('partial')
    expect(queryOf(together, 'broken').error?.message).toContain('division by zero')
    expect(queryOf(together, 'misspelt').error).toMatchObject({ code: 'QP_SQL_ERROR', sqlState: '42703' })
    expect(queryOf(together, 'misspelt').error?.offset).toBe('select '.length)
    expect(queryOf(together, 'slow').error?.code).toBe('QP_QUERY_TIMEOUT')
    expect(await readRows(together.runId, 'fine')).toBe('one\n1\n')
    expect(await readRows(together.runId, 'after')).toBe('two\n2\n')
    expect(await readRows(together.runId, 'last')).toBe('three\n3\n')
    expect(together.queries.filter(({ state }) => state === 'succeeded')).toHaveLength(63)
    expect(await sizeOfJobOf(together.runId, 'broken')).toBeGreaterThan(10)
    expect(await sizeOfJobOf(together.runId, 'slow'), 'with another timeout').toBe(2)
  })

  test('see nothing of what another has set, and cannot write', async () => {
    await installation.target.query(
      `CREATE TABLE kept (n int); GRANT ALL ON kept TO PUBLIC;
       CREATE FUNCTION keep() RETURNS void LANGUAGE sql AS 'INSERT INTO kept VALUES (1)'`,
    )
    const together = await runTogether(
      [
        `set_one\n-- expect: 1ms\nselect set_config('search_path', 'nowhere', false), set_config('statement_timeout', '1', true), set_config('app.mine', 'x', false)`,
        `seen\n-- expect: 1ms\nselect current_setting('search_path') as path, current_setting('app.mine', true) as mine, current_setting('transaction_read_only') as ro, pg_sleep(0.05)`,
        'locked\n-- expect: 1ms\nselect pg_advisory_xact_lock(7), pg_advisory_unlock_all()',
        `fenced\n-- expect: 1ms\nselect count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'`,
        'written\n-- expect: 1ms\nselect keep()',
      ]
        .map((text) => `-- name: ${text};\n`)
        .join(''),
    )
    expect(await sizeOfJobOf(together.runId, 'seen')).toBeGreaterThan(10)
    expect(await readRows(together.runId, 'seen')).toBe('path,mine,ro,pg_sleep\n"""$user"", public","",on,""\n')
    // Only its own fence is held: nothing that a query before has locked, and not less.
    expect(await readRows(together.runId, 'fenced')).toBe('count\n1\n')
    expect(queryOf(together, 'written').error).toMatchObject({ sqlState: '25006' })
    expect((await installation.target.query('SELECT FROM kept')).rowCount).toBe(0)
  })

  test('are tried again each by itself', async () => {
    await installation.target.query(
      `CREATE FUNCTION unlucky() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$`,
    )
    const together = await runTogether(
      '-- name: unlucky\n-- expect: 1ms\n-- retries: 1\nselect unlucky();\n-- name: lucky\n-- expect: 1ms\nselect 1;\n',
    )
    expect(queryOf(together, 'unlucky')).toMatchObject({ state: 'failed', attempts: 2, error: { sqlState: '40001' } })
    expect(queryOf(together, 'lucky')).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect(together.queries.filter(({ attempts }) => attempts !== 1)).toHaveLength(1)
  })

  test('are given back when they turn out to be long, which is no attempt at those that had not begun', async () => {
    const long = Array.from(
      { length: 16 },
      (_, n) => `-- name: long_${n}\n-- expect: 1ms\nselect ${n} as n, pg_sleep(1);\n`,
    ).join('')
    const together = await runTogether(long, 300)
    expect(together.state).toBe('succeeded')
    expect(together.queries.filter(({ attempts }) => attempts !== 1)).toEqual([])
    expect(await sizeOfJobOf(together.runId, 'long_15'), 'by then they were known to be long').toBe(1)
  })
})
