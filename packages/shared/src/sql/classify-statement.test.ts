import { expect, test } from 'vitest'
import { classifyStatement, type StatementClass } from './classify-statement.ts'
import { parseStatements } from './parse-statements.ts'

async function classify(sql: string): Promise<StatementClass> {
  const [parsed] = await parseStatements([sql])
  if (parsed?.kind !== 'parsed') throw new Error(`${sql} is refused: ${parsed?.message}`)
  return classifyStatement(parsed.tree)
}

test.each([
  'select 1',
  'values (1)',
  'table t',
  'show all',
  '(select 1) union (select 2)',
  'explain select 1',
  'explain analyze table t',
  'with a as (with b as (select 1) table b) select * from a',
  "select 'insert into t'",
  'select count(*) from t for_update',
])('%s reads', async (sql) => {
  expect(await classify(sql)).toEqual({ kind: 'read' })
})

test.each([
  'insert into t values (1)',
  'update t set a = 1',
  'delete from t',
  'merge into t using u on true when matched then delete',
  'select 1 into t',
  'select * from (select 1) x, t for update',
  'select * from (select * from t for share) x',
  'with a as (insert into t values (1) returning *) table a',
  'select (with a as (with b as (delete from t returning *) table b) select 1 from a)',
  '(select 1 into t) union select 2',
  'explain analyze delete from t',
  'explain with a as (update t set a = 1 returning 1) table a',
  'explain create table t as select 1',
  'create table t (a int)',
  'create table t as select 1',
  'create materialized view v as select 1',
  'truncate t',
  'grant select on t to u',
  'analyze t',
  'refresh materialized view v',
  'create index on t (a)',
  'notify a',
  'comment on table t is null',
  'reindex table t',
  "do 'x'",
  'call f()',
  'alter table t detach partition p',
  'alter database d connection limit 3',
])('%s writes', async (sql) => {
  expect(await classify(sql)).toMatchObject({ kind: 'write' })
})

test.each([
  'begin',
  'commit',
  'rollback',
  'savepoint a',
  'set work_mem = 1',
  'reset all',
  'set transaction read only',
  'vacuum t',
  'create database d',
  'drop database d',
  'listen a',
  'unlisten a',
  'copy t to stdout',
  'copy (select 1) to stdout',
  'prepare a as select 1',
  'execute a',
  'explain execute a',
  'deallocate a',
  'declare c cursor for select 1',
  'fetch c',
  'close c',
  'lock t',
  "load 'x'",
  'discard all',
  'set constraints all deferred',
  'checkpoint',
  'create index concurrently on t (a)',
  'drop index concurrently i',
  'alter table t detach partition p concurrently',
  'alter database d set tablespace s',
  'reindex (concurrently) table t',
  'reindex database d',
  'alter system set a = 1',
  "create tablespace a location '/a'",
  'drop tablespace a',
  'cluster',
])('%s is refused', async (sql) => {
  expect(await classify(sql)).toMatchObject({ kind: 'refused' })
})

test('a deep tree is classified', async () => {
  expect(await classify(`select 1${'+1'.repeat(3000)}`)).toEqual({ kind: 'read' })
})
