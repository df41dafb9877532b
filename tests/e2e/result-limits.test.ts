import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { QueryPool } from '../../packages/client/src/index.ts'
import { createService, type Service } from './create-service.ts'
import { callDoctor } from './doctor.ts'
import { documentOf, queryOf, type RunDocument } from './installation.ts'

// Without limits, this would give rows for hours.
const endless = 'select generate_series(1, 100000000000) as n'
const hundred = 'select n from generate_series(1, 100) as n'
// The header line, 9 numbers of one digit, 90 of two and one of three, each with the end of its line.
const hundredBytes = 2 + 9 * 2 + 90 * 3 + 4

let service: Service

beforeAll(async () => {
  service = await createService({ rest: 'limits: { maxResultBytes: 1MB }' })
  await service.target.query('create table kept (n int); grant all on kept to public')
  await callDoctor(service, {}, '--database', service.databaseUrl, '--init-ledger')
  await service.startOverseer()
  await service.startWorker('worker-a')
})
afterAll(() => service?.dispose())

async function run(sql: string): Promise<RunDocument> {
  const file = await service.batchFile(sql)
  return documentOf(await service.querypool(['run', file, '--database', 'main', '--json']))
}

test('a query that gives more than its limit is cancelled in the database at once, says which limit, and is not tried again', async () => {
  const document = await run(`
-- maxRows: 1000
-- name: rows_of_batch
${endless};
-- name: rows_of_query
-- maxRows: 0
${endless};
-- name: bytes_of_query
-- maxRows: 1000000
-- maxBytes: 10kB
${endless};
-- name: bytes_of_configuration
-- maxRows: 1000000000
-- maxBytes: 2GB
${endless};
`)
  expect(document.state).toBe('failed')
  const failed = (code: string, message: string) => ({
    state: 'failed',
    attempts: 1,
    rows: null,
    bytes: null,
    error: { code, message },
  })
  const tooManyRows = (most: number) =>
    failed('QP_RESULT_TOO_MANY_ROWS', `it gives more than ${most} rows, which is the \`maxRows\` of the query`)
  const tooLarge = (most: number, which: string) =>
    failed('QP_RESULT_TOO_LARGE', `its rows have more than ${most} bytes, which is ${which}`)
  expect(document.queries).toMatchObject([
    tooManyRows(1000),
    tooManyRows(0),
    tooLarge(10_000, 'the `maxBytes` of the query'),
    tooLarge(1_000_000, '`limits.maxResultBytes` of the configuration'),
  ])
  expect(await service.countBackends()).toBe(0)
  const left = await readdir(join(service.resultsFolder, document.runId), { recursive: true })
  expect(left.filter((path) => path.includes('rows'))).toEqual([])
})

test('a query that gives exactly as much as it may succeeds, and one row or byte more does not', async () => {
  const document = await run(`
-- name: as_many
-- maxRows: 100
-- maxBytes: ${hundredBytes}B
${hundred};
-- name: a_row_more
-- maxRows: 99
${hundred};
-- name: a_byte_more
-- maxBytes: ${hundredBytes - 1}B
${hundred};
-- name: explained
-- maxRows: 0
explain select 1;
-- name: none
-- maxRows: 0
select 1 as n where false;
`)
  expect(queryOf(document, 'as_many')).toMatchObject({ state: 'succeeded', rows: 100, bytes: hundredBytes })
  expect(queryOf(document, 'a_row_more').error?.code).toBe('QP_RESULT_TOO_MANY_ROWS')
  expect(queryOf(document, 'a_byte_more').error?.code).toBe('QP_RESULT_TOO_LARGE')
  expect(queryOf(document, 'explained').error?.code).toBe('QP_RESULT_TOO_MANY_ROWS')
  expect(queryOf(document, 'none')).toMatchObject({ state: 'succeeded', rows: 0 })
})

test('short queries that share a job each have their own limits', async () => {
  const count = 100
  const batch = Array.from({ length: count }, (_, index) => {
    const limit = index % 4 === 1 ? 'maxRows: 9' : index % 4 === 3 ? 'maxBytes: 22B' : 'maxRows: 10'
    return `-- name: short_${index}\n-- expect: 1ms\n-- ${limit}\nselect n from generate_series(1, 10) as n;\n`
  }).join('\n')
  const codes = Array.from({ length: count }, (_, index) => {
    if (index % 4 === 1) return 'QP_RESULT_TOO_MANY_ROWS'
    return index % 4 === 3 ? 'QP_RESULT_TOO_LARGE' : undefined
  })
  const file = await service.batchFile(batch)
  const { runId, queries } = documentOf(
    await service.querypool(['run', file, '--database', service.databaseUrl, '--workers', '1', '--json']),
  )
  expect(queries.map(({ error }) => error?.code)).toEqual(codes)
  expect(queries.filter(({ state }) => state === 'succeeded').map(({ rows, bytes }) => [rows, bytes])).toEqual(
    new Array(count / 2).fill([10, 23]),
  )
  const { rowCount } = await service.journal.query('SELECT FROM querypool.job WHERE run = $1', [runId])
  expect(rowCount).toBeLessThan(count / 5)
})

test('a write that returns more than it may changes nothing, and its session goes on for others', async () => {
  const document = await run(`
-- name: too_many
-- effect: write
-- maxRows: 10
insert into kept select n from generate_series(1, 11) as n returning *;
-- name: as_many
-- effect: write
-- maxRows: 10
insert into kept select n from generate_series(1, 10) as n returning *;
`)
  expect(queryOf(document, 'too_many')).toMatchObject({ state: 'failed', error: { code: 'QP_RESULT_TOO_MANY_ROWS' } })
  expect(queryOf(document, 'as_many')).toMatchObject({ state: 'succeeded', rows: 10 })
  expect((await service.target.query('select from kept')).rowCount).toBe(10)
})

test('a program gives limits with its queries', async () => {
  const pool = new QueryPool({ journalUrl: service.journalUrl, resultsFolder: service.resultsFolder })
  onTestFinished(() => pool.close())
  const submitted = await pool.submit(
    [
      { name: 'rows', sql: endless, maxRows: 5 },
      { name: 'bytes', sql: endless, maxBytes: 500 },
    ],
    { database: 'main' },
  )
  const codes = new Map<string, string | undefined>()
  for await (const { name, error } of submitted.results()) codes.set(name, error?.code)
  expect(Object.fromEntries(codes)).toEqual({ rows: 'QP_RESULT_TOO_MANY_ROWS', bytes: 'QP_RESULT_TOO_LARGE' })
})
