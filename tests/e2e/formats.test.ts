import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCsv } from '../parity/parse-csv.ts'
import { createInstallation, documentOf, type Finished, type Installation } from './installation.ts'
import { type PostgresValue, postgresTypes, postgresValues } from './postgres-values.ts'
import { readParquet } from './read-parquet.ts'

const held = postgresValues.filter(({ parquet }) => parquet !== null)
const refused = postgresValues.filter(({ parquet }) => parquet === null)

// Two rows: the values, then NULL in every column.
function valuesQuery(values: readonly PostgresValue[]): string {
  const columns = values.map(({ sql }, at) => `${sql} as c${at}`)
  return `select v.* from generate_series(1, 2) n left join lateral (select ${columns.join(', ')}) v on n = 1`
}

const batch = `
-- name: held
${valuesQuery(held)};
${refused.map((value, at) => `-- name: refused_${at}\n${valuesQuery([value])};`).join('\n')}
-- name: shapes
select 'a' as x, '' as x, null::text as x_2, 1 as "a.b <c>";
-- name: nothing
select 1 as n, 'x' as t where false;
-- name: zeros
select case when n % 2 = 0 then 0 else '-0'::float8 end as zero from generate_series(1, 1000) n;
-- name: no_columns
select;
-- name: long_text
select repeat('x', 32767) as most, repeat('x', 32768) as more;
-- name: too_many
select n from generate_series(1, 1048576) n;
-- name: small
select n, repeat(md5(n::text), 32) as t from generate_series(1, 20000) n;
-- name: large
select n, repeat(md5(n::text), 32) as t from generate_series(1, 200000) n;
`

let installation: Installation
let run: string

beforeAll(async () => {
  installation = await createInstallation()
  await installation.target.query(postgresTypes)
  run = documentOf(await installation.runBatch(batch)).runId
})
afterAll(() => installation?.dispose())

async function results(query: string, format: string, ...args: string[]): Promise<Finished & { path: string }> {
  const path = join(installation.folder, `${query}.${format}`)
  return { path, ...(await installation.querypool(['results', run, query, '--format', format, '-o', path, ...args])) }
}

async function fileOf(query: string, format: string, ...args: string[]): Promise<string> {
  const { path, ...finished } = await results(query, format, ...args)
  expect(finished).toEqual({ status: 0, stdout: '', stderr: '' })
  return path
}

describe('the values of every type', () => {
  test('are all there', async () => {
    const { rows } = await installation.journal.query('select state from querypool.result')
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['succeeded']))
  })

  test('stand in CSV as PostgreSQL writes them', async () => {
    const [, values, nulls] = parseCsv(await readFile(await fileOf('held', 'csv'), 'utf8'))
    expect(
      byValue(
        held,
        values?.map(({ text }) => text),
      ),
    ).toEqual(
      byValue(
        held,
        held.map(({ csv }) => csv),
      ),
    )
    expect(nulls).toEqual(held.map(() => ({ text: '', isQuoted: false })))
  })

  test.each(['json', 'ndjson'])('stand in %s as the page says', async (format) => {
    const text = await readFile(await fileOf('held', format), 'utf8')
    const expected = held.map(({ csv, json }, at) => `"c${at}":${json ?? JSON.stringify(csv)}`)
    const nulls = held.map((_, at) => `"c${at}":null`)
    const lines = [`{${expected}}`, `{${nulls}}`]
    expect(text).toBe(format === 'json' ? `[\n${lines.join(',\n')}\n]\n` : `${lines.join('\n')}\n`)
    if (format === 'json') expect(JSON.parse(text)).toHaveLength(2)
  })

  test('stand in xlsx as the page says', async () => {
    const [header, values, nulls] = await readSheet(await fileOf('held', 'xlsx'), { trim: false })
    expect(header).toEqual(held.map((_, at) => `c${at}`))
    expect(byValue(held, values)).toEqual(
      byValue(
        held,
        held.map(({ csv, xlsx }) => xlsx ?? csv),
      ),
    )
    expect(nulls ?? held.map(() => null)).toEqual(held.map(() => null))
  })

  test('stand in Parquet as the page says', async () => {
    const { types, rows } = await readParquet(await fileOf('held', 'parquet'))
    const expected = held.map(({ csv, parquet }) => parquet ?? ['VARCHAR', csv])
    expect(byValue(held, types)).toEqual(
      byValue(
        held,
        expected.map(([type]) => type),
      ),
    )
    expect(byValue(held, rows[0])).toEqual(
      byValue(
        held,
        expected.map(([, text]) => text),
      ),
    )
    expect(rows[1]).toEqual(held.map(() => null))
  })

  test('keep the sign of zero in Parquet, also where a value repeats', async () => {
    const { rows } = await readParquet(
      await fileOf('zeros', 'parquet'),
      'zero::VARCHAR, count(*) GROUP BY 1 ORDER BY 1',
    )
    expect(rows).toEqual([
      ['-0.0', '500'],
      ['0.0', '500'],
    ])
  })

  test.each(refused.map((value, at) => [value.sql, `refused_${at}`, value] as const))(
    '%s is refused by Parquet, and no file is left; a sheet has it as text',
    async (_, query, { csv }) => {
      const finished = await results(query, 'parquet')
      expect(finished).toMatchObject({ status: 1, stdout: '' })
      expect(finished.stderr).toContain(`Parquet cannot hold ${csv}. [QP_NOT_IN_FORMAT]`)
      expect(finished.stderr).toContain('Row 1, column c0')
      expect((await readdir(installation.folder)).filter((name) => name.includes('.parquet'))).not.toContainEqual(
        expect.stringContaining(query),
      )
      expect((await readSheet(await fileOf(query, 'xlsx')))[1]).toEqual([csv])
    },
  )
})

describe('some of the rows', () => {
  const page = ['--offset', '1048574', '--limit', '10']

  test('are had in every format, also of a result that is too large for it', async () => {
    const of = (format: string): Promise<string> => fileOf('too_many', format, ...page)
    expect(await readFile(await of('csv'), 'utf8')).toBe('n\n1048575\n1048576\n')
    expect(await readFile(await of('json'), 'utf8')).toBe('[\n{"n":1048575},\n{"n":1048576}\n]\n')
    expect(await readFile(await of('ndjson'), 'utf8')).toBe('{"n":1048575}\n{"n":1048576}\n')
    expect(await readSheet(await of('xlsx'))).toEqual([['n'], [1_048_575], [1_048_576]])
    expect((await readParquet(await of('parquet'))).rows).toEqual([['1048575'], ['1048576']])
  })

  test('can be none, behind the last one', async () => {
    expect(await readSheet(await fileOf('small', 'xlsx', '--offset', '20000'))).toEqual([['n', 't']])
    expect((await readParquet(await fileOf('small', 'parquet', '--limit', '0'))).rows).toEqual([])
  })
})

describe('the shape of a result', () => {
  test('columns of the same name, and names with signs of XML', async () => {
    expect(await readSheet(await fileOf('shapes', 'xlsx'))).toEqual([
      ['x', 'x', 'x_2', 'a.b <c>'],
      ['a', null, null, 1],
    ])
    expect(await readParquet(await fileOf('shapes', 'parquet'))).toEqual({
      names: ['x', 'x_3', 'x_2', 'a.b <c>'],
      types: ['VARCHAR', 'VARCHAR', 'VARCHAR', 'INTEGER'],
      rows: [['a', '', null, '1']],
    })
  })

  test('no rows', async () => {
    expect(await readSheet(await fileOf('nothing', 'xlsx'))).toEqual([['n', 't']])
    expect(await readParquet(await fileOf('nothing', 'parquet'))).toEqual({
      names: ['n', 't'],
      types: ['INTEGER', 'VARCHAR'],
      rows: [],
    })
  })

  test('no columns: Parquet needs one', async () => {
    expect((await results('no_columns', 'parquet')).stderr).toContain('[QP_NOT_IN_FORMAT]')
    expect((await results('no_columns', 'xlsx')).status).toBe(0)
  })
})

describe('the limits of a sheet', () => {
  test('a text that is longer than a cell is refused with its place, and no file is left', async () => {
    const { status, stderr } = await results('long_text', 'xlsx')
    expect(status).toBe(1)
    expect(stderr).toContain('Row 1, column more (text): 32768 characters are more than the 32767 of a cell')
    expect((await readdir(installation.folder)).filter((name) => name.startsWith('long_text'))).toEqual([])
  })

  test('more rows than a sheet has are refused before anything is written', async () => {
    const { status, stderr } = await results('too_many', 'xlsx')
    expect(status).toBe(1)
    expect(stderr).toContain('The result has 1048576 rows')
    expect(stderr).toContain('QP_NOT_IN_FORMAT')
  })
})

describe('a large result', () => {
  test.each(['json', 'xlsx', 'parquet'])(
    'as %s needs no more memory than a small one',
    async (format) => {
      const [small, large] = [await peakBytes('small', format), await peakBytes('large', format)]
      const { rows } = await installation.journal.query(
        "select bytes::int from querypool.results where query = 'large'",
      )
      expect(large - small).toBeLessThan(rows[0].bytes / 2)
    },
    600_000,
  )
})

describe('a result of many row groups', () => {
  test('is whole in Parquet', async () => {
    const isRight = 't = repeat(md5(n::VARCHAR), 32)'
    const { rows } = await readParquet(await fileOf('large', 'parquet'), `count(*), sum(n), bool_and(${isRight})`)
    expect(rows).toEqual([['200000', '20000100000', true]])
  })

  test('is whole in xlsx', async () => {
    const rows = await readSheet(await fileOf('small', 'xlsx'))
    expect(rows).toHaveLength(20_001)
    expect(rows.slice(1).every(([n], at) => n === at + 1)).toBe(true)
  })
})

describe('a format that is not text', () => {
  const onTerminal = { NODE_OPTIONS: '--import data:text/javascript,process.stdout.isTTY=true' }

  test.each(['xlsx', 'parquet'])('%s goes to no terminal', async (format) => {
    const finished = await installation.querypool(['results', run, 'nothing', '--format', format], { env: onTerminal })
    expect(finished).toMatchObject({ status: 2, stdout: '' })
    expect(finished.stderr).toContain(`A terminal cannot show ${format}. [QP_USAGE]`)
    expect(finished.stderr).toContain(`-o FILE.${format}`)
  })

  test.each(['xlsx', 'parquet'])('%s goes through a pipe', async (format) => {
    const { status, stdout } = await installation.querypool(['results', run, 'nothing', '--format', format])
    expect(status).toBe(0)
    expect(stdout.slice(0, 2)).toBe(format === 'xlsx' ? 'PK' : 'PA')
  })

  test.each(['xlsx', 'parquet', 'csv'])('%s needs the name of a query', async (format) => {
    const finished = await installation.querypool(['results', run, '--format', format])
    expect(finished).toMatchObject({ status: 2, stdout: '' })
    expect(finished.stderr).toContain('Name the query whose rows you want')
  })
})

/** The most memory that a process had which writes a result. */
async function peakBytes(query: string, format: string): Promise<number> {
  const report = 'process.once("exit",()=>process.stderr.write("peak:"+process.resourceUsage().maxRSS))'
  const path = join(installation.folder, `${query}.${format}`)
  const { status, stderr } = await installation.querypool(['results', run, query, '--format', format, '-o', path], {
    env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(report)}` },
  })
  expect(status).toBe(0)
  return Number(/peak:(\d+)/.exec(stderr)?.[1]) * 1024
}

function byValue<Value>(values: readonly PostgresValue[], got: readonly Value[] | undefined): Record<string, unknown> {
  return Object.fromEntries(values.map(({ sql }, at) => [`${at}: ${sql}`, got?.[at]]))
}
