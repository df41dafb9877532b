import { describe, expect, test } from 'vitest'
import { type Fault, InvalidDefinition } from '../../errors/index.ts'
import type { Batch } from '../batch.ts'
import { parseYamlBatch } from './parse-yaml-batch.ts'

async function read(text: string): Promise<Batch> {
  return parseYamlBatch(new TextEncoder().encode(text), { file: 'x.yaml' })
}

async function faultsOf(text: string): Promise<readonly Fault[]> {
  const thrown: unknown = await read(text).catch((error: unknown) => error)
  if (thrown instanceof InvalidDefinition) return thrown.faults
  throw new Error('expected faults', { cause: thrown })
}

/** `CODE line:column message` of each fault. */
async function linesOf(text: string): Promise<string[]> {
  return (await faultsOf(text)).map(({ code, place, message }) => `${code} ${place?.line}:${place?.column} ${message}`)
}

/** A batch of one query with these lines. */
function query(...lines: string[]): string {
  return ['name: x', 'queries:', '  q:', ...lines.map((line) => `    ${line}`)].join('\n')
}

const full = `# yaml-language-server: $schema=../docs/batch.schema.json
name: daily_sales
description: What the shop sells.
database: shop
params:
  day: date
  least: { type: "numeric(12, 2)", default: 0.10, description: not less than this }
timeout: 5m
retries: 2
maxRows: 1000
maxBytes: 10MiB
tags: [nightly]
cache: 1h
publish: sales
onFailure: stop
snapshot: own
identical: once
maxParallel: 4
schedule: { cron: "0 2 * * *", timezone: Europe/Berlin }
notify:
  - on: [failure, recovery]
    deadline: 2h
    webhook: { url: env:SALES_URL, secret: env:SALES_SECRET }
keep: 90d
queries:
  refresh:
    sql: insert into days values (:day)
    effect: write
  by_branch:
    description: The sums.
    needs: refresh
    timeout: 1h30m
    retries: 0
    maxRows: 5
    maxBytes: 1kB
    tags: slow
    expect: 8s
    params: { day: timestamptz }
    sql: |
      -- By branch.
      select branch, sum(amount)
      from sales where day = :day and amount >= :least
  total:
    cache: none
    sql: 'select sum(amount) from sales where note <> ''x'' and day = :day;'
`

describe('a file', () => {
  test('is read whole, with the meanings of .sql files', async () => {
    const { queries, ...batch } = await read(full)
    expect(batch).toEqual({
      name: 'daily_sales',
      file: 'x.yaml',
      database: 'shop',
      publish: 'sales',
      onFailure: 'stop',
      snapshot: 'own',
      identical: 'once',
      maxParallel: 4,
      schedule: expect.objectContaining({ cron: '0 2 * * *', timezone: 'Europe/Berlin' }),
      notify: [
        {
          on: ['failure', 'recovery'],
          deadlineMs: 7_200_000,
          webhook: { url: { kind: 'env', name: 'SALES_URL' }, secret: { kind: 'env', name: 'SALES_SECRET' } },
        },
      ],
      keepMs: 90 * 86_400_000,
    })
    const day = { name: 'day', type: 'date', place: expect.objectContaining({ line: 6, column: 3 }) }
    expect(queries).toEqual([
      {
        name: 'refresh',
        position: 0,
        sql: 'insert into days values (:day)',
        line: 27,
        column: 10,
        origin: { file: 'x.yaml', line: 27, column: 10, indent: 0 },
        parameters: [day],
        slots: [{ name: 'day', start: 25, end: 29 }],
        effect: 'write',
        timeoutMs: 300_000,
        retries: 2,
        maxRows: 1000,
        maxBytes: 10 * 1024 ** 2,
        expectMs: null,
        tags: ['nightly'],
        needs: [],
        cacheMs: null,
      },
      {
        name: 'by_branch',
        position: 1,
        sql: 'select branch, sum(amount)\nfrom sales where day = :day and amount >= :least',
        line: 41,
        column: 7,
        origin: { file: 'x.yaml', line: 41, column: 7, indent: 6 },
        parameters: [
          { name: 'day', type: 'timestamptz', place: expect.objectContaining({ line: 38, column: 15 }) },
          { name: 'least', type: 'numeric(12, 2)', default: '0.10', place: expect.objectContaining({ line: 7 }) },
        ],
        slots: [expect.objectContaining({ name: 'day' }), expect.objectContaining({ name: 'least' })],
        effect: 'read',
        timeoutMs: 5_400_000,
        retries: 0,
        maxRows: 5,
        maxBytes: 1000,
        expectMs: 8000,
        tags: ['nightly', 'slow'],
        needs: ['refresh'],
        cacheMs: null,
      },
      expect.objectContaining({ name: 'total', sql: `select sum(amount) from sales where note <> 'x' and day = :day` }),
    ])
  })

  test('says little where little is to be said', async () => {
    const batch = await read('name: x\nqueries:\n  a: { sql: select 1 }\n')
    expect(batch).toMatchObject({ database: null, maxParallel: null, schedule: null, notify: [], keepMs: null })
    expect(batch.queries).toMatchObject([{ name: 'a', effect: 'read', timeoutMs: null, tags: [], cacheMs: null }])
  })

  test('may be JSON, which is YAML', async () => {
    const text = JSON.stringify({ name: 'x', queries: { a: { sql: 'select 1\nunion\nselect "a\\b"' } } })
    expect((await read(text)).queries[0]?.sql).toBe('select 1\nunion\nselect "a\\b"')
  })

  test('may have Windows line ends and a byte order mark', async () => {
    const windows = await read(`\ufeff${full.replaceAll('\n', '\r\n')}`)
    expect(windows).toEqual(await read(full))
  })

  test('may repeat itself by anchors', async () => {
    const { queries } = await read(
      'name: x\nqueries:\n  a: &a { sql: select 1, tags: &t [b, c] }\n  b: *a\n  c: { sql: select 2, tags: *t }',
    )
    expect(queries.map(({ sql, tags }) => [sql, ...tags])).toEqual([
      ['select 1', 'b', 'c'],
      ['select 1', 'b', 'c'],
      ['select 2', 'b', 'c'],
    ])
  })
})

describe('what is wrong', () => {
  test('is told all at once, each with its place', async () => {
    const text = `nam: x
timeout: 5 minutes
params: { dya: date, least: { type: int, default: five } }
schedule: { cron: 61 * * * *, overlap: stack }
queries:
  9a:
    sql: select from where
  b:
    neds: a
    tags: [a b]
    sql: |
      select :day
       where x > :least and :day = = 1
  c:
    effect: reed
`
    expect(await linesOf(text)).toEqual([
      'QP_BATCH_KEY 1:1 `nam` is not a key of the batch. Did you mean `name`?',
      expect.stringMatching(/^QP_BATCH_KEY 1:1 The batch has no `name`/),
      expect.stringMatching(/^QP_BATCH_VALUE 2:10 `timeout` must be a duration .*, not `5 minutes`\.$/),
      'QP_PARAM_UNUSED 3:11 The parameter `dya` is declared, but `:dya` is not used.',
      'QP_PARAM_VALUE 3:51 The default of `least` is not a value of type int: it is not an integer.',
      expect.stringMatching(/^QP_BATCH_VALUE 4:40 `schedule.overlap` must be one of skip, queue/),
      'QP_NAME_INVALID 6:3 `9a` cannot be the name of a query.',
      expect.stringMatching(/^QP_SQL_SYNTAX 7:22 /),
      'QP_BATCH_KEY 9:5 `neds` is not a key of `queries.b`. Did you mean `needs`?',
      expect.stringMatching(/^QP_BATCH_VALUE 10:12 `queries.b.tags.0` must be a tag/),
      'QP_PARAM_UNDECLARED 12:14 `:day` is not declared. Did you mean `dya`?',
      expect.stringMatching(/^QP_SQL_SYNTAX 13:36 /),
      'QP_NO_STATEMENT 14:3 The query `c` has neither `sql` nor `file`.',
      'QP_BATCH_VALUE 15:13 `queries.c.effect` must be one of read, write, not `reed`.',
    ])
  })

  test.each([
    ['', /QP_NO_STATEMENT 1:1 The file is empty/],
    ['# nothing', /QP_NO_STATEMENT 1:1 The file is empty/],
    ['- a', /QP_BATCH_VALUE 1:1 The batch must be a map with keys/],
    ['select 1', /QP_BATCH_VALUE 1:1 The batch must be a map with keys/],
    ['name: x', /QP_BATCH_KEY 1:1 The batch has no `queries`/],
    ['name: x\nqueries: {}', /QP_NO_STATEMENT 2:1 The batch has no queries/],
    ['name: x\nqueries:', /QP_BATCH_VALUE 2:9 `queries` must be a map of names to queries, not empty/],
    ['name: x\nqueries:\n  - name: a\n    sql: select 1', /QP_BATCH_VALUE 3:3 `queries` must be a map of names/],
    ['name: x\nqueries:\n  a: select 1', /QP_BATCH_VALUE 3:6 `queries.a` must be a map of keys, not `select 1`/],
    ['name: daily-sales\nqueries: { a: { sql: select 1 } }', /QP_BATCH_VALUE 1:7 `name` must be a name of up to 63/],
    ['name: 北\nqueries: { a: { sql: select 1 } }', /QP_BATCH_VALUE 1:7 `name` must be/],
    ['name: x\nname: y\nqueries: { a: { sql: select 1 } }', /QP_BATCH_KEY 2:1 `name` stands here again.*line 1/],
    ['name: x\nqueries:\n  a: { sql: select 1 }\n  a: { sql: select 2 }', /QP_BATCH_KEY 4:3 `a` stands here again/],
    ['name: x\nqueries:\n  a: { sql: select 1 }\n  A: { sql: select 2 }', /QP_NAME_TWICE 4:3 .*in line 3/],
    ['name: x\nqueries:\n\ta: 1', /QP_BATCH_SYNTAX 3:1 There is a tab in the indentation/],
    ['name: x\n---\nname: y', /QP_BATCH_SYNTAX 2:1 Another document begins here/],
    ['name: *x\nqueries: {}', /QP_BATCH_SYNTAX 1:7 There is no anchor/],
    ['name: !env X\nqueries: {}', /QP_BATCH_SYNTAX 1:7 Tags such as this/],
    ['name: x\n<<: { tags: a }\nqueries: { a: { sql: select 1 } }', /QP_BATCH_KEY 2:1 This is not a key of the batch/],
    [query('sql:'), /QP_BATCH_VALUE 4:9 `queries.q.sql` must be one SQL statement, not empty/],
    [query('sql: ""'), /QP_NO_STATEMENT 4:10 The query `q` has no SQL statement/],
    [query('sql: 5'), /QP_BATCH_VALUE 4:10 `queries.q.sql` must be one SQL statement, not `5`/],
    [query('sql: select 1; select 2'), /QP_SEVERAL_STATEMENTS 4:20 There are 2 statements/],
    [query('sql: select 1', 'file: x.sql'), /QP_BATCH_KEY 5:5 `file` stands beside `sql`/],
    [query('sql: >', '  select 1', '  -- one', '  from x'), /QP_BATCH_VALUE 4:10 YAML joins the lines/],
    [query('sql: select 1', '  + 1'), /QP_BATCH_VALUE 4:10 YAML joins the lines/],
    [query('sql: |', '  -- timeout: 5s', '  select 1'), /QP_OPTION_MISPLACED 5:7 `-- timeout:` says nothing here/],
    [query('sql: |', '  \\d', '  select 1'), /QP_PSQL_COMMAND 5:7/],
    [query('sql: delete from x'), /QP_STATEMENT_NOT_READ 4:10/],
    [query('sql: select 1', 'needs: q'), /QP_NEED_SELF 5:12/],
    [query('sql: select 1', 'needs: [a]'), /QP_NEED_UNKNOWN 5:13/],
    [query('sql: select 1', 'cache: 1h', 'effect: write'), /QP_CACHE_WRITES 5:5/],
    [query('sql: select 1', 'params: { x: int }'), /QP_PARAM_UNUSED 5:15/],
    [
      query('sql: "select :x"', 'params: { x: { type: int, defautl: 5 } }'),
      /QP_BATCH_KEY 5:31 .*Did you mean `default`/,
    ],
    [query('sql: "select :x"', 'params: { x: in t }'), /QP_PARAM_TYPE 5:18/],
    [query('sql: "select :x"', 'params: { x: table }'), /QP_PARAM_TYPE 5:15/],
    [query('sql: select 1', 'params: { 9x: int }'), /QP_PARAM_SYNTAX 5:15/],
    [query('sql: select 1', 'params: [x]'), /QP_BATCH_VALUE 5:13 `queries.q.params` must be a map of names to types/],
    [
      query('sql: select 1', 'retries: 21'),
      /QP_BATCH_VALUE 5:14 `queries.q.retries` must be a whole number from 0 to 20/,
    ],
    [query('sql: select 1', 'maxBytes: 5'), /QP_BATCH_VALUE 5:15 `queries.q.maxBytes` must be a size with its unit/],
    [query('sql: select 1', 'snapshot: shared'), /QP_BATCH_KEY 5:5 `snapshot` is not a key of `queries.q`/],
    [`snapshot: shared\n${query('sql: delete from x', 'effect: write')}`, /QP_SNAPSHOT_WRITES 5:10/],
    [`schedule: 0 2 * *\n${query('sql: select 1')}`, /QP_BATCH_VALUE 1:11 .*4 fields/],
    [
      `notify: [{ on: failur, webhook: { url: env:X, secret: env:Y } }]\n${query('sql: select 1')}`,
      /1:16 .*must be one of success/,
    ],
    [
      `notify: [{ webhook: { url: https://u:pw@x/, secret: env:Y } }]\n${query('sql: select 1')}`,
      /1:28 .*holds the URL itself/,
    ],
    [`database: postgres://u:pw@x/y\n${query('sql: select 1')}`, /1:11 `database` must be the name of a database/],
    [`publish: a:b\n${query('sql: select 1')}`, /1:10 `publish` is not right: .*BullMQ allows no/],
    [`keep: 90\n${query('sql: select 1')}`, /1:7 `keep` must be a duration/],
  ])('%j', async (text, line) => {
    expect((await linesOf(text)).join('\n')).toMatch(line)
  })

  test('shows no line with a URL in it, which may have a password', async () => {
    const faults = await faultsOf(
      `database: postgres://u:hunter2@x/y\nnam: postgres://u:hunter2@x/y\nqueries: "postgres://u:hunter2@x`,
    )
    expect(JSON.stringify(faults)).not.toContain('hunter2')
    const others = await faultsOf('database: postgres://u:hunter2@x/y\nnam: postgres://u:hunter2@x/y')
    expect(others.length).toBeGreaterThan(2)
    expect(JSON.stringify(others)).not.toContain('hunter2')
  })
})

test('a value of a parameter is what is written, quotes or not', async () => {
  const defaults = ['007', '"007"', '1.50', 'true', "'true'", '""', '2024-01-01', '~', 'null', '"null"', '1e3']
  const params = defaults.map((value, index) => `    p${index}: { type: text, default: ${value} }`)
  const used = defaults.map((_, index) => `:p${index}`).join(', ')
  const { queries } = await read(
    `name: x\nqueries:\n  q:\n    sql: select ${used}\n    params:\n${params.map((line) => `  ${line}`).join('\n')}`,
  )
  expect(queries[0]?.parameters.map((parameter) => parameter.default)).toEqual([
    '007',
    '007',
    '1.50',
    'true',
    'true',
    '',
    '2024-01-01',
    null,
    null,
    'null',
    '1e3',
  ])
})
