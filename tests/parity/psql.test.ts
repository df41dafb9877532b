import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Finished, type Installation } from '../e2e/installation.ts'
import { type CsvField, parseCsv } from './parse-csv.ts'
import { samplesTable, statement } from './sql-statements.ts'

/** A result: the names of its columns, then its rows. */
type Result = readonly (readonly (string | null)[])[]

const run = promisify(execFile)
const seed = 20_260_101
const queries = fc
  .sample(statement, { seed, numRuns: 400 })
  .map((sql, index) => ({ name: `q${String(index).padStart(3, '0')}`, sql }))
const file = `-- A generated batch, of seed ${seed}.\n\n${queries.map(({ name, sql }) => `-- name: ${name}\n${sql}\n\n`).join('')}`

/** What a worker pins, as options of a connection. */
const pinned = Object.entries({
  DateStyle: 'ISO,MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
})
  .map(([name, setting]) => `-c ${name}=${setting}`)
  .join(' ')

/** Settings of the database that would change what values look like. */
const otherSettings = {
  DateStyle: "'German'",
  IntervalStyle: "'iso_8601'",
  TimeZone: "'Asia/Kolkata'",
  bytea_output: "'escape'",
  extra_float_digits: '-9',
}

/** No value has this text. */
const nullMark = '~no value~'

let installation: Installation
let finished: Finished
let results: Result[]

beforeAll(async () => {
  installation = await createInstallation()
  const { target, databaseName } = installation
  await target.query(samplesTable)
  for (const [name, setting] of Object.entries(otherSettings))
    await target.query(`alter database ${databaseName} set ${name} = ${setting}`)
  const output = join(installation.folder, 'output')
  finished = await installation.runBatch(file, '--workers', '2', '--output', output)
  if (finished.status !== 0) return
  results = await Promise.all(
    queries.map(async ({ name }) => ourResult(await readFile(join(output, `${name}.csv`), 'utf8'))),
  )
})
afterAll(() => installation?.dispose())

test('every query of a generated file with names succeeds', () => {
  const failed = documentOf(finished).queries.filter(({ state }) => state !== 'succeeded')
  expect(failed.map(({ name, error }) => ({ error, sql: queries.find((query) => query.name === name)?.sql }))).toEqual(
    [],
  )
  expect(finished.status).toBe(0)
})

test('its results are what the database sends as text', async () => {
  const client = new pg.Client({ connectionString: installation.databaseUrl, options: pinned })
  await client.connect()
  try {
    for (const [index, { name, sql }] of queries.entries())
      expect({ name, sql, result: results[index] }).toEqual({ name, sql, result: await askDirectly(client, sql) })
  } finally {
    await client.end()
  }
})

// Without a psql on PATH only the comparison with the database's own text, above, is made.
test.skipIf(!(await isPsqlThere()))('its results are what psql prints for the same file', async () => {
  const path = await installation.batchFile(file, 'for-psql.sql')
  const args = ['-X', '--csv', '-v', 'ON_ERROR_STOP=1', '-P', `null=${nullMark}`, '-f', path, installation.databaseUrl]
  const env = { ...process.env, PGOPTIONS: pinned, PGCLIENTENCODING: 'UTF8' }
  const { stdout } = await run('psql', args, { env, maxBuffer: 2 ** 28 })
  const records = parseCsv(stdout).map((record) => record.map(({ text }) => (text === nullMark ? null : text)))
  let at = 0
  for (const [index, { name, sql }] of queries.entries()) {
    const result = results[index] ?? []
    expect({ name, sql, result }).toEqual({ name, sql, result: records.slice(at, at + result.length) })
    at += result.length
  }
  expect(records.slice(at), 'what psql prints after the last query').toEqual([])
})

/** In our files NULL is nothing at all, and the empty string stands in quotes. */
function ourResult(csv: string): Result {
  const toValue = ({ text, isQuoted }: CsvField): string | null => (text === '' && !isQuoted ? null : text)
  return parseCsv(csv).map((record) => record.map(toValue))
}

async function askDirectly(client: pg.Client, sql: string): Promise<Result> {
  const verbatim = { getTypeParser: () => (text: string) => text }
  const { fields, rows } = await client.query<(string | null)[]>({
    text: sql,
    rowMode: 'array',
    types: verbatim,
  } as never)
  return [fields.map((field) => field.name), ...rows]
}

async function isPsqlThere(): Promise<boolean> {
  return run('psql', ['--version']).then(
    () => true,
    () => false,
  )
}
