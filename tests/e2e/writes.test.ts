import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callDoctor } from './doctor.ts'
import { createInstallation, documentOf, type Installation, queryOf } from './installation.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
  const role = new URL(installation.databaseUrl).username
  await installation.target.query(`
    create table account (id int primary key, amount int);
    insert into account select n, 100 from generate_series(1, 1000) n;
    create sequence applied;
    create function apply(n int) returns int language sql volatile
      as 'update account set amount = amount + 1 where id = $1 returning amount';
    create procedure apply_all(n int) language sql as 'update account set amount = amount + 1 where id = $1';
    create procedure commit_inside() language plpgsql as 'begin update account set amount = 0; commit; end';
    alter table account owner to ${role};
    grant all on sequence applied to ${role};`)
})
afterAll(() => installation?.dispose())

const doctor = (...args: string[]) => callDoctor(installation, {}, '--database', installation.databaseUrl, ...args)

async function amountOf(id: number): Promise<number> {
  const { rows } = await installation.target.query('select amount from account where id = $1', [id])
  return rows[0]?.amount
}

async function rowsOf(run: string, query: string, ...args: string[]): Promise<string> {
  return (await installation.querypool(['results', run, query, ...args])).stdout
}

async function verify(run: string): Promise<unknown> {
  const { status, stdout, stderr } = await installation.querypool(['results', run, '--verify'])
  return { status, said: stdout + stderr }
}

describe('before there is a ledger', () => {
  test('a write fails at once, tells how to make one, and changes nothing', async () => {
    const ran = await installation.runBatch('-- name: w\n-- effect: write\nupdate account set amount = 0;\n')
    expect(ran.status).toBe(1)
    const write = queryOf(documentOf(ran), 'w')
    expect(write).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'QP_LEDGER_MISSING' } })
    expect(await amountOf(1)).toBe(100)
    const { found } = await doctor()
    expect(found.get('Database: ledger')?.message).toMatch(/^none, .*--init-ledger/)
  })

  test('doctor makes it, as often as it is told to', async () => {
    const [first, second] = await Promise.all([doctor('--init-ledger'), doctor('--init-ledger')])
    for (const { found, status } of [first, second, await doctor('--init-ledger')]) {
      expect(found.get('Database: making the ledger')).toMatchObject({ verdict: 'ok' })
      expect(found.get('Database: ledger')).toMatchObject({ verdict: 'ok', message: 'writes are done once' })
      expect(status).toBe(0)
    }
    const { found } = await doctor()
    expect(found.get('Database: rights')).toMatchObject({ verdict: 'ok' })
    expect(await installation.querypool(['doctor', '--init-ledger'])).toMatchObject({ status: 2 })
  })
})

describe('with a ledger', () => {
  beforeAll(async () => {
    await doctor('--init-ledger')
  })

  test('whatever can run in a transaction is written once, with its rows as result', async () => {
    const batch = `
-- name: returned
-- effect: write
-- param: least int = 998
update account set amount = amount - 1 where id between :least and 1000 returning id, amount, 'a "b",'||id as text, null::int as none;
-- name: changed
-- effect: write
insert into account select n from generate_series(2001, 2005) n;
-- name: by_function
-- effect: write
select apply(1) as amount;
-- name: by_procedure
-- effect: write
call apply_all(2);
-- name: by_block
-- effect: write
do $$ begin update account set amount = amount + 1 where id = 3; end $$;
-- name: made
-- effect: write
create table made as select n from generate_series(1, 7) n;
-- name: none_returned
-- effect: write
delete from account where id < 0 returning *;
-- name: moved
-- effect: write
with gone as (delete from account where id between 900 and 909 returning id) select count(*) as n from gone;
-- name: only_read
select count(*) > 0 as any from account;
`
    const ran = await installation.runBatch(batch, '--workers', '3')
    expect(ran.status, ran.stderr + ran.stdout).toBe(0)
    const document = documentOf(ran)
    const rows = Object.fromEntries(document.queries.map((query) => [query.name, query.rows]))
    const expected = { by_block: 0, by_function: 1, by_procedure: 0, changed: 5, made: 7, moved: 1, none_returned: 0 }
    expect(rows).toEqual({ ...expected, only_read: 1, returned: 3 })
    const { runId } = document
    expect(await rowsOf(runId, 'returned')).toBe(
      'id,amount,text,none\n998,99,"a ""b"",998",\n999,99,"a ""b"",999",\n1000,99,"a ""b"",1000",\n',
    )
    expect(JSON.parse(await rowsOf(runId, 'moved', '--format', 'json'))).toEqual([{ n: '10' }])
    expect(await rowsOf(runId, 'changed')).toBe('')
    expect(JSON.parse(await rowsOf(runId, 'changed', '--format', 'json'))).toEqual([])
    expect(await rowsOf(runId, 'none_returned')).toBe('id,amount\n')
    expect(await Promise.all([1, 2, 3, 998].map(amountOf))).toEqual([101, 101, 101, 99])
    expect(await verify(runId)).toMatchObject({ status: 0 })
    const { rows: ledger } = await installation.target.query(
      'select query, manifest from querypool_ledger.write where run = $1 order by position',
      [runId],
    )
    expect(ledger.map(({ query }) => query)).toEqual(document.queries.slice(0, 8).map(({ name }) => name))
    expect(ledger[0]?.manifest.outcomes[0]).toMatchObject({ rows: 3, artifact: expect.stringContaining(runId) })
    const manifest = await readFile(join(installation.resultsFolder, runId, '1', 'manifest.ndjson'), 'utf8')
    expect(JSON.parse(manifest.split('\n')[0] ?? '')).toMatchObject({
      query: 'returned',
      artifact: ledger[0]?.manifest.outcomes[0].artifact,
    })
  })

  test('rows that a write, or EXPLAIN, returns come by page, from a mark near them', async () => {
    await installation.target.query('create table wide (n int, x text); grant all on wide to public')
    const returning = `insert into wide select n, repeat('x"', 500) from generate_series(1, 4000) n returning n, x, -n`
    const batch = `-- name: wide\n-- effect: write\n${returning};\n-- name: plan\nexplain select * from account;\n`
    const { runId, state } = documentOf(await installation.runBatch(batch))
    expect(state).toBe('succeeded')
    const { rows } = await installation.target.query('select manifest from querypool_ledger.write where run = $1', [
      runId,
    ])
    const [{ marks, artifact }] = rows[0].manifest.outcomes
    const content = await readFile(join(installation.resultsFolder, artifact), 'utf8')
    expect(marks.length).toBeGreaterThan(2)
    for (const [before, bytes] of marks) expect(content.slice(bytes)).toMatch(new RegExp(`^${before + 1},"x""`))
    const page = await rowsOf(runId, 'wide', '--offset', '2500', '--limit', '1', '--format', 'json')
    expect(JSON.parse(page)).toEqual([{ n: 2501, x: 'x"'.repeat(500), '?column?': -2501 }])
    expect(await rowsOf(runId, 'plan', '--offset', '1')).toBe('QUERY PLAN\n')
  })

  test('what fails leaves nothing, be it at the commit, and is tried again only when the cause can pass', async () => {
    await installation.target.query(`
      create table once (n int, constraint only_once unique (n) deferrable initially deferred);
      insert into once values (1);
      create table clash (n int);
      create function clash() returns trigger language plpgsql as $$ begin
        if (select nextval('applied')) < 3 then raise serialization_failure; end if; return new; end $$;
      create trigger clash before insert on clash for each row execute function clash();
      grant all on once, clash to public;`)
    const ran = await installation.runBatch(
      `-- name: at_commit\n-- effect: write\ninsert into once values (1) returning n;
-- name: in_procedure\n-- effect: write\ncall commit_inside();
-- name: passing\n-- effect: write\ninsert into clash values (1) returning n;
-- name: too_long\n-- effect: write\n-- timeout: 500ms\nupdate account set amount = 0 from pg_sleep(60);\n`,
    )
    const document = documentOf(ran)
    expect(document.state).toBe('partial')
    expect(queryOf(document, 'at_commit')).toMatchObject({ state: 'failed', error: { sqlState: '23505' }, attempts: 1 })
    expect(queryOf(document, 'in_procedure')).toMatchObject({ state: 'failed', error: { sqlState: '2D000' } })
    expect(queryOf(document, 'too_long')).toMatchObject({ state: 'failed', error: { code: 'QP_QUERY_TIMEOUT' } })
    expect(queryOf(document, 'passing')).toMatchObject({ state: 'succeeded', attempts: 3, rows: 1 })
    const { rows } = await installation.target.query(
      `select (select count(*)::int from once) as once, (select count(*)::int from clash) as clash,
         (select count(*)::int from account where amount = 0) as zero,
         (select count(*)::int from querypool_ledger.write where run = $1) as ledger`,
      [document.runId],
    )
    expect(rows).toEqual([{ once: 1, clash: 1, zero: 0, ledger: 1 }])
  })

  test('a retried run does not write again what it has written, nor does a generation that lost its record of it', async () => {
    const sql =
      "-- name: w\n-- effect: write\nupdate account set amount = amount + 1 where id = 10 returning id, nextval('applied') as n;\n-- name: broken\nselect 1 from later;\n"
    const { runId } = documentOf(await installation.runBatch(sql, '--workers', '2'))
    const before = await rowsOf(runId, 'w')
    const retry = () => installation.querypool(['retry', runId, '--database', installation.databaseUrl, '--json'])
    const carried = documentOf(await retry())
    expect(queryOf(carried, 'w')).toMatchObject({ state: 'succeeded', carriedFrom: 1 })
    // As if the run had been ended with --force in the moment of the commit.
    await installation.journal.query(
      `update querypool.result set state = 'cancelled', artifact = null where run = $1 and position = 0`,
      [runId],
    )
    const recalled = documentOf(await retry())
    expect(queryOf(recalled, 'w')).toMatchObject({ state: 'succeeded', rows: 1, carriedFrom: null })
    expect(await amountOf(10)).toBe(101)
    expect(await rowsOf(runId, 'w')).toBe(before)
    expect(await verify(runId)).toMatchObject({ status: 0 })
    const { rows } = await installation.journal.query(
      "select message from querypool.event where run = $1 and code = 'QP_WRITE_RECALLED'",
      [runId],
    )
    expect(rows[0]?.message).toMatch(/^w had been committed by .* \(generation 1, attempt 1\)/)
  })

  test('a role without rights on the ledger is told so', async () => {
    const { target } = installation
    const role = `e2e_writer_${installation.databaseName.slice(-12)}`
    await target.query(`create role ${role} login password 'word'; grant all on account to ${role}`)
    const url = new URL(installation.databaseUrl)
    Object.assign(url, { username: role, password: 'word' })
    const file = await installation.batchFile(
      '-- name: w\n-- effect: write\nupdate account set amount = 1 where id = 20;\n',
    )
    const run = () => installation.querypool(['run', file, '--database', url.href, '--json'])
    const refused = queryOf(documentOf(await run()), 'w')
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'QP_LEDGER_REFUSED' } })
    const asked = await callDoctor(installation, {}, '--database', url.href)
    expect(asked.found.get('Database: ledger')).toMatchObject({ verdict: 'fail' })
    await doctor('--init-ledger', '--ledger-role', role)
    expect(await run()).toMatchObject({ status: 0 })
    await target.query(`drop owned by ${role}; drop role ${role}`)
  })

  test('a million rows are returned in less memory than holding them would take', async () => {
    const sql = `-- name: large\n-- effect: write\ninsert into large select n, repeat('x', 100) from generate_series(1, 1000000) n returning *;\n`
    await installation.target.query('create table large (n int, x text); grant all on large to public')
    const args = [
      'run',
      await installation.batchFile(sql),
      '--database',
      installation.databaseUrl,
      '--workers',
      '1',
      '--json',
    ]
    const ran = await installation.querypool(args, { env: { NODE_OPTIONS: '--max-old-space-size=48' } })
    expect(ran.status, ran.stderr).toBe(0)
    expect(queryOf(documentOf(ran), 'large')).toMatchObject({ rows: 1_000_000, bytes: 107_888_900 })
  })
})

test.each([
  ['vacuum account', 'QP_STATEMENT_REFUSED'],
  ['create index concurrently on account (amount)', 'QP_STATEMENT_REFUSED'],
  ['commit', 'QP_STATEMENT_REFUSED'],
  ["copy account from '/tmp/a'", 'QP_STATEMENT_REFUSED'],
  ['set work_mem = 1', 'QP_STATEMENT_REFUSED'],
])('`%s` is no write that a batch can have', async (sql, code) => {
  const ran = await installation.runBatch(`-- name: w\n-- effect: write\n${sql};\n`)
  expect(ran).toMatchObject({ status: 2, stderr: expect.stringContaining(code) })
})

test('a write that is not declared as one is refused, with what to write', async () => {
  const ran = await installation.runBatch('-- name: w\ndelete from account;\n')
  expect(ran).toMatchObject({ status: 2, stderr: expect.stringContaining('effect: write') })
})
