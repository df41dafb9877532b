import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation } from '../e2e/installation.ts'

const page = readFileSync(new URL('../../docs/reading-results.md', import.meta.url), 'utf8')
const statements = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
const run = promisify(execFile)

const batch = `
-- name: values
select 1::int as n, null::text as nothing, ''::text as empty, 'a,"b"' || chr(10) || 'c' as text, true as yes,
  timestamptz '2026-11-23 14:00:00+01' as at, date '2026-11-23' as day, 1.50::numeric(6,2) as price
union all select 2, 'x', 'y', 'z', false, null, null, null;
-- name: broken
select 1 / 0;
`

let installation: Installation
let runId: string

beforeAll(async () => {
  installation = await createInstallation()
  const finished = await installation.querypool([
    'run',
    await installation.batchFile(batch, 'report.sql'),
    '--database',
    installation.databaseUrl,
    '--json',
  ])
  runId = documentOf(finished).runId
})
afterAll(() => installation?.dispose())

describe('the statements of the page', () => {
  const setUp = statements.filter((sql) => sql.startsWith('CREATE ROLE'))
  const selects = statements.filter((sql) => sql.startsWith('SELECT'))

  test('are those that make a role, and those that read', () => {
    expect(setUp).toHaveLength(1)
    expect(selects.length + setUp.length).toBe(statements.length)
  })

  test('let a role of its own read the views, and nothing below them', async () => {
    const role = `reader_${installation.databaseName}`
    await installation.journal.query((setUp[0] ?? '').replaceAll('report_reader', role))
    const client = new pg.Client({ connectionString: installation.journalUrl })
    await client.connect()
    try {
      await client.query(`SET ROLE ${role}`)
      for (const sql of selects) await client.query(sql)
      await expect(client.query('SELECT sql FROM querypool.query')).rejects.toThrow('permission denied')
    } finally {
      await client.end()
      await installation.journal.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })

  test('find what they are there for', async () => {
    const all = await Promise.all(selects.map(async (sql) => (await installation.journal.query(sql)).rows))
    expect(all[0]).toMatchObject([{ run: runId, state: 'partial', succeeded: '1', failed: '1', queries: 2 }])
    expect(all[1]).toMatchObject([{ run: runId, query: 'broken', error_code: 'QP_SQL_ERROR', sql_state: '22012' }])
    expect(all[3]).toMatchObject([{ query: 'values', times: '1', most_rows: '2' }])
  })
})

test('the columns of the views are those that the page has', async () => {
  const { rows } = await installation.journal.query<{ view: string; column: string }>(
    `SELECT table_name AS view, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'querypool' AND table_name IN ('runs', 'results') ORDER BY table_name, ordinal_position`,
  )
  for (const view of ['runs', 'results']) {
    const section = page.split(`**\`querypool.${view}\`**`)[1]?.split('\n\n').slice(0, 2).join('\n') ?? ''
    const documented = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap((row) =>
      [...(row[1] ?? '').matchAll(/`(\w+)`/g)].map((name) => name[1]),
    )
    const columns = rows.filter((row) => row.view === view).map((row) => row.column)
    expect(documented.toSorted()).toEqual(columns.toSorted())
  }
})

test('path, offset, bytes and sha256 lead to the rows, and the manifest beside them has their types', async () => {
  const { content, folder } = await readValues()
  expect(content.toString()).toBe(
    'n,nothing,empty,text,yes,at,day,price\n' +
      '1,,"","a,""b""\nc",t,2026-11-23 13:00:00+00,2026-11-23,1.50\n2,x,y,z,f,,,\n',
  )
  const { outcomes } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    outcomes: { name: string; columns: { type: string }[] }[]
  }
  expect(outcomes[0]?.columns.map(({ type }) => type)).toEqual([
    'integer',
    'text',
    'text',
    'text',
    'boolean',
    'timestamp with time zone',
    'date',
    'numeric',
  ])
})

test('COPY takes them in as they were', async () => {
  const { content } = await readValues()
  await installation.target.query(`CREATE TABLE taken (
    n int, nothing text, empty text, text text, yes boolean, at timestamptz, day date, price numeric)`)
  await installation.target.query(`COPY taken FROM PROGRAM $$printf '%s' '${content}'$$ WITH (FORMAT csv, HEADER)`)
  const { rows } = await installation.target.query(
    `SELECT nothing, empty, text, yes, extract(epoch FROM at)::int AS at, price::text FROM taken ORDER BY n`,
  )
  const epoch = Date.parse('2026-11-23T13:00:00Z') / 1000
  expect(rows).toEqual([
    { nothing: null, empty: '', text: 'a,"b"\nc', yes: true, at: epoch, price: '1.50' },
    { nothing: 'x', empty: 'y', text: 'z', yes: false, at: null, price: null },
  ])
})

const python = (await run('python3', ['--version']).catch(() => null)) !== null

test.skipIf(!python)('Python reads them, but cannot tell NULL from the empty string', async () => {
  const { path, offset, bytes } = await readValues()
  const program = `
import csv, io, json, sys
with open(sys.argv[1], 'rb') as file:
    file.seek(int(sys.argv[2]))
    text = file.read(int(sys.argv[3])).decode('utf-8')
print(json.dumps(list(csv.reader(io.StringIO(text, newline='')))))`
  const { stdout } = await run('python3', ['-c', program, path, String(offset), String(bytes)])
  const [, first] = JSON.parse(stdout) as string[][]
  expect(first).toEqual(['1', '', '', 'a,"b"\nc', 't', '2026-11-23 13:00:00+00', '2026-11-23', '1.50'])
})

const arrow = (await run('python3', ['-c', 'import pyarrow, pandas, psycopg']).catch(() => null)) !== null

test.skipIf(!arrow)('the Python of the page gives the rows with their types', async () => {
  const [definitions = ''] = [...page.matchAll(/```python\n([\s\S]*?)```/g)].map((match) => match[1])
  const program = `${definitions}
import sys
found = find_result(sys.argv[1], sys.argv[2], 'values')
rows = read_result(sys.argv[3], found, 'values').to_pylist()
print(json.dumps(rows, default=str))`
  const { stdout } = await run('python3', ['-c', program, installation.journalUrl, runId, installation.resultsFolder])
  expect(JSON.parse(stdout)).toMatchObject([
    { n: 1, nothing: null, empty: '', text: 'a,"b"\nc', yes: true, at: '2026-11-23 13:00:00+00:00', price: '1.50' },
    { n: 2, nothing: 'x', empty: 'y', yes: false, at: null, day: null, price: null },
  ])
})

async function readValues(): Promise<{ content: Buffer; path: string; folder: string; offset: number; bytes: number }> {
  const { rows } = await installation.journal.query<{ path: string; offset: string; bytes: string; sha256: string }>(
    `SELECT path, "offset", bytes, sha256 FROM querypool.results WHERE run = $1 AND query = 'values'`,
    [runId],
  )
  const [found] = rows
  if (!found) throw new Error('the view has no such query')
  const path = join(installation.resultsFolder, found.path)
  const [offset, bytes] = [Number(found.offset), Number(found.bytes)]
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, offset)
    expect(createHash('sha256').update(buffer).digest('hex')).toBe(found.sha256)
    return { content: buffer, path, folder: join(path, '..'), offset, bytes }
  } finally {
    await file.close()
  }
}
