import { describe, expect, test } from 'vitest'
import { type Fault, InvalidDefinition } from '../errors/index.ts'
import type { Batch } from './batch.ts'
import { parseBatch } from './parse-batch.ts'

async function read(text: string, file = 'report.sql'): Promise<Batch> {
  return parseBatch(new TextEncoder().encode(text), file)
}

async function faultsOf(text: string | Uint8Array, file = 'report.sql'): Promise<readonly Fault[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const thrown = await parseBatch(bytes, file).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof InvalidDefinition)) throw new Error(`expected faults, got ${String(thrown)}`)
  return thrown.faults
}

/** `CODE line:column` of each fault. */
async function codesOf(text: string | Uint8Array): Promise<string[]> {
  const faults = await faultsOf(text)
  return faults.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)
}

async function sqlOf(text: string): Promise<string[]> {
  return (await read(text)).queries.map(({ sql }) => sql)
}

describe('a file with names', () => {
  test('has a query for each section, with its options and those of the batch', async () => {
    const batch = await read(`-- What runs every night
-- database: shop
-- timeout: 5m
-- retries: 2
-- tags: nightly
-- param: day date = 2024-02-29

-- name: by_day
-- timeout: 1h30m
-- expect: 1500ms
-- tags: slow, nightly
select * from sales where day = :day;

-- name: total
-- retries: 0
select sum(amount) from sales -- no semicolon
`)
    expect(batch).toMatchObject({ name: 'report', file: 'report.sql', database: 'shop' })
    expect(batch.queries).toEqual([
      {
        name: 'by_day',
        position: 0,
        sql: 'select * from sales where day = :day',
        line: 12,
        column: 1,
        parameters: [{ name: 'day', type: 'date', default: '2024-02-29' }],
        slots: [{ start: 32, end: 36, name: 'day' }],
        effect: 'read',
        timeoutMs: 5_400_000,
        maxRows: null,
        maxBytes: null,
        retries: 2,
        expectMs: 1500,
        tags: ['nightly', 'slow'],
        cacheMs: null,
        needs: [],
      },
      {
        name: 'total',
        position: 1,
        sql: 'select sum(amount) from sales',
        line: 16,
        column: 1,
        parameters: [],
        slots: [],
        effect: 'read',
        timeoutMs: 300_000,
        maxRows: null,
        maxBytes: null,
        retries: 0,
        expectMs: null,
        tags: ['nightly'],
        cacheMs: null,
        needs: [],
      },
    ])
  })

  test('can have blank lines and other comments around its options', async () => {
    const batch = await read(
      '-- name: a\n\n-- Note: the big one\n  --timeout:5s\n/* timeout: 7s */\nselect 1 -- timeout: 9s\n',
    )
    expect(batch.queries[0]).toMatchObject({ timeoutMs: 5000, sql: 'select 1' })
  })

  test('does not take comments below the beginning of the SQL for options', async () => {
    const batch = await read('-- name: a\nselect 1,\n-- tiemout: 5s\n-- timeout: 5s\n2;\n-- timeout: 9s\n')
    expect(batch.queries[0]?.timeoutMs).toBeNull()
  })

  test('keeps the hint of a planner extension with its statement', async () => {
    expect(await sqlOf('-- name: a\n/*+ SeqScan(t) */\nselect 1;')).toEqual(['/*+ SeqScan(t) */\nselect 1'])
  })
})

describe('a file without names', () => {
  test('with one statement is named after the file', async () => {
    const batch = await read('-- timeout: 5s\n-- param: n int\nselect :n;', 'some/où-là 2.sql')
    expect(batch.name).toBe('ou_la_2')
    expect(batch.queries).toMatchObject([
      { name: 'ou_la_2', timeoutMs: 5000, parameters: [{ name: 'n', type: 'int' }] },
    ])
  })

  test('with several statements numbers them', async () => {
    const batch = await read('select 1;; ;\ntable t; /* ; */ values (1)', '2024.sql')
    expect(batch.queries.map(({ name, sql }) => [name, sql])).toEqual([
      ['_2024_1', 'select 1'],
      ['_2024_2', 'table t'],
      ['_2024_3', 'values (1)'],
    ])
  })
})

describe('SQL of every kind is taken as it is', () => {
  test.each([
    "select 'a;b', 'it''s; -- name: x', E'\\';', U&'d\\0061t;', B'1', N'x;'",
    'select $$a;b :day$$, $x$ $$;$$ $x$, $é$;$é$',
    'select "a;b", U&"d\\0061;", "a"";b"',
    'select 1 /* a /* nested; */ b; */ + 2 -- c; d\n + 3',
    "select a::text, a[1:n], a[:n], f(x := 3, y => 4), json_object('k':v)",
    "select a ? 'b', a ?| b, a ?& b, a @> b, a #>> '{x}', a @? '$.x', a - -1",
    "select E'a'\n  -- a comment; in between\n  '\\';b'",
    "select 'a' -- ;\n 'b;'",
    'show work_mem',
    'explain (analyze, costs off) select 1',
    'with a as (select 1) table a',
    'select * from t where x in (select y from u where (a; b) is null)'.replace('(a; b)', 'a'),
    'select 1e5, 1.5, .5, 0x1F, 1_000',
    'select null as "null", é from ü',
    "select interval '1 day', date '2024-01-01'",
    'select $_$ $1 $_$',
  ])('%s', async (sql) => {
    expect(await sqlOf(sql)).toEqual([sql])
    expect(await sqlOf(`-- name: a\n${sql};\n-- name: b\nselect 1`)).toEqual([sql, 'select 1'])
  })

  test('also with CRLF and a byte order mark', async () => {
    const text = "\ufeff-- name: a\r\n-- timeout: 5s\r\nselect 1,\r\n 'x\r\ny';\r\n"
    const [query] = (await read(text)).queries
    expect(query).toMatchObject({ name: 'a', timeoutMs: 5000, sql: "select 1,\r\n 'x\r\ny'", line: 3, column: 1 })
  })

  test('a name inside of a quoted text or block comment begins no section', async () => {
    expect(await sqlOf("-- name: a\nselect '\n-- name: b\n'/*\n-- name: c\n*/;")).toEqual(["select '\n-- name: b\n'"])
  })
})

describe('faults', () => {
  test.each([
    ['an empty file', '', ['QP_NO_STATEMENT 1:1']],
    ['a file of spaces', ' \n\t\r\n', ['QP_NO_STATEMENT 1:1']],
    ['a file of comments', '-- a\n/* b */;;', ['QP_NO_STATEMENT 1:1']],
    ['a section without a statement', '-- name: a\n-- name: b\nselect 1', ['QP_NO_STATEMENT 1:10']],
    ['two queries of one name', '-- name: a\nselect 1;\n-- name: a\nselect 2', ['QP_NAME_TWICE 3:10']],
    ['two names that differ in case', '-- name: a\nselect 1;\n-- name: A\nselect 2', ['QP_NAME_TWICE 3:10']],
    ['a name with a hyphen', '-- name: a-b\nselect 1', ['QP_NAME_INVALID 1:10']],
    ['a name that begins with a digit', '-- name: 1a\nselect 1', ['QP_NAME_INVALID 1:10']],
    ['a name of 64 letters', `-- name: ${'a'.repeat(64)}\nselect 1`, ['QP_NAME_INVALID 1:10']],
    ['no name', '-- name:\nselect 1', ['QP_NAME_INVALID 1:9']],
    ['a section with two statements', '-- name: a\nselect 1;\nselect 2;', ['QP_SEVERAL_STATEMENTS 3:1']],
    ['SQL before the first name', 'select 0;\n-- name: a\nselect 1', ['QP_SQL_BEFORE_NAME 1:1']],
    ['SQL that the parser refuses', "-- name: a\nselect 'é😀', ( from", ['QP_SQL_SYNTAX 2:16']],
    ['SQL that the parser refuses in the second section', 'select 1; selec é', ['QP_SQL_SYNTAX 1:11']],
    ['a quote that is not closed', "-- name: a\nselect 'x", ['QP_SQL_SYNTAX 2:8']],
    ['a dollar quote that is not closed', 'select $a$ $b$', ['QP_SQL_SYNTAX 1:8']],
    ['a comment that is not closed', 'select 1 /* /* */', ['QP_SQL_SYNTAX 1:10']],
    ['only a comment that is not closed', '/* select 1', ['QP_SQL_SYNTAX 1:1', 'QP_NO_STATEMENT 1:1']],
    ['parentheses over a semicolon', 'select (1; select 2)', ['QP_SQL_SYNTAX 1:10']],
    ['a bad duration', '-- timeout: 5\nselect 1', ['QP_OPTION_VALUE 1:13']],
    ['a duration of nothing', '-- timeout: 0s\nselect 1', ['QP_OPTION_VALUE 1:13']],
    ['a duration of a year', '-- timeout: 365d\nselect 1', ['QP_OPTION_VALUE 1:13']],
    ['a bad number', '-- retries: two\nselect 1', ['QP_OPTION_VALUE 1:13']],
    ['too many retries', '-- retries: 21\nselect 1', ['QP_OPTION_VALUE 1:13']],
    ['a negative number', '-- retries: -1\nselect 1', ['QP_OPTION_VALUE 1:13']],
    ['an option without a value', '-- name: a\n-- effect:\nselect 1', ['QP_OPTION_VALUE 2:11']],
    ['an empty tag', '-- tags: a,,b\nselect 1', ['QP_OPTION_VALUE 1:10']],
    ['an option twice', '-- timeout: 5s\n-- timeout: 6s\nselect 1', ['QP_OPTION_TWICE 2:1']],
    ['an option of the batch in a section', '-- name: a\n-- database: x\nselect 1', ['QP_OPTION_MISPLACED 2:1']],
    ['an option of a query at the top', '-- effect: read\n-- name: a\nselect 1', ['QP_OPTION_MISPLACED 1:1']],
    ['an undeclared parameter', 'select :day', ['QP_PARAM_UNDECLARED 1:8']],
    [
      'several undeclared parameters and what else is wrong',
      'select :a, :b, :a, (',
      ['QP_PARAM_UNDECLARED 1:8', 'QP_PARAM_UNDECLARED 1:12', 'QP_SQL_SYNTAX 1:21'],
    ],
    ['an unused parameter', '-- name: a\n-- param: n int\nselect 1', ['QP_PARAM_UNUSED 2:11']],
    ['a parameter of the batch that no query uses', '-- param: n int\nselect 1', ['QP_PARAM_UNUSED 1:11']],
    ['a parameter twice', '-- param: n int\n-- param: n int\nselect :n', ['QP_PARAM_TWICE 2:11']],
    ['a parameter without a type', '-- param: n\nselect :n', ['QP_PARAM_SYNTAX 1:11']],
    ['a parameter with a bad name', '-- param: 1n int\nselect 1', ['QP_PARAM_SYNTAX 1:11']],
    ['a type that is SQL', '-- param: n int) or (1=1\nselect :n', ['QP_PARAM_TYPE 1:13']],
    ['a type that is a word of SQL', '-- param: n table\nselect :n', ['QP_PARAM_TYPE 1:11']],
    ['a default of another type', '-- param: n int = abc\nselect :n', ['QP_PARAM_VALUE 1:19']],
    ['an empty default', '-- param: n text =\nselect :n', ['QP_PARAM_SYNTAX 1:19']],
    ['a default with half a quote', "-- param: n text = 'a\nselect :n", ['QP_PARAM_SYNTAX 1:20']],
    ['a numbered parameter', 'select $1', ['QP_PARAM_NUMBERED 1:8']],
    ['a statement that writes', '-- name: a\ndelete from t', ['QP_STATEMENT_NOT_READ 2:1']],
    ['a write that no transaction can run', '-- name: a\n-- effect: write\nvacuum t', ['QP_STATEMENT_REFUSED 3:1']],
    ['a statement that no batch can run', 'begin; select 1', ['QP_STATEMENT_REFUSED 1:1']],
    ['a line close to a key', '-- name: a\n-- tiemout: 5s\nselect 1', ['QP_OPTION_UNKNOWN 2:1']],
    ['a key with a hyphen', '-- time-out: 5s\nselect 1', ['QP_OPTION_UNKNOWN 1:1']],
    ['a psql command', '\\d t\nselect 1', ['QP_PSQL_COMMAND 1:1']],
    ['a psql command behind a statement', 'select 1 \\gx', ['QP_PSQL_COMMAND 1:10']],
    [
      'bytes that are not UTF-8',
      new Uint8Array([...Buffer.from('select\n é'), 0xff, 0xc3]),
      ['QP_NOT_UTF8 2:3', 'QP_NOT_UTF8 2:4'],
    ],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x73, 0]), ['QP_NOT_UTF8 1:1']],
    ['NUL bytes', "select '\0'\n\0", ['QP_NUL_BYTE 1:9', 'QP_NUL_BYTE 2:1']],
  ])('%s', async (_, text, codes) => {
    expect(await codesOf(text)).toEqual(codes)
  })

  test('all faults of a file are reported at once, in the order of the file', async () => {
    const text = '-- tiemout: 5s\n-- name: a\n-- retries: x\nselec;\n-- name: a\nselect :x;\n\\q\n'
    expect(await codesOf(text)).toEqual([
      'QP_OPTION_UNKNOWN 1:1',
      'QP_OPTION_VALUE 3:13',
      'QP_SQL_SYNTAX 4:1',
      'QP_NAME_TWICE 5:10',
      'QP_PARAM_UNDECLARED 6:8',
      'QP_PSQL_COMMAND 7:1',
    ])
  })

  test('a fault shows its line, also in a file with CRLF', async () => {
    const [fault] = await faultsOf("-- name: a\r\n\tselect '😀' frm x y;\r\n")
    expect(fault?.place).toEqual({ file: 'report.sql', line: 2, column: 17, lineText: "\tselect '😀' frm x y;" })
  })

  test.each([
    ['-- tiemout: 5s\nselect 1', '`tiemout` is not an option. Did you mean `timeout:`?'],
    ['-- nmae: a\nselect 1', '`nmae` is not an option. Did you mean `name:`?'],
    ['-- time out: 5s\nselect 1', '`time out` is not an option. Did you mean `timeout:`?'],
    ['-- retries 5\nselect 1', '`retries` is not an option. Did you mean `retries: 5`?'],
    ['-- Timeout: 5s\nselect 1', '`Timeout` is not an option. Did you mean `timeout:`?'],
    ['-- parameter: a int\nselect 1', '`parameter` is not an option. Did you mean `param:`?'],
    ['-- param: month int\nselect :month, :mont', '`:mont` is not declared. Did you mean `month`?'],
    ['-- name: a\nselect 1;\n-- name: a\nselect 1', 'The name `a` stands in line 1 and in line 3.'],
  ])('%j is answered by what was likely meant', async (text, message) => {
    expect((await faultsOf(text)).map((fault) => fault.message)).toContain(message)
  })

  test.each([
    [
      'select :day',
      'Add `-- param: day text` at the top of the file, with the type that it has (date, int, numeric, …).',
    ],
    ["select :'day'", 'add `-- param: day text` at the top of the file'],
    ["-- name: a\nselect 'x;\n-- name: b\nselect 'y'", 'The quote that opens in line 2 runs over a `-- name:` line'],
    ['-- name: a\nselect 1;\n-- nmae: b\nselect 2', 'Line 3 is not a name line; did you mean `-- name:` there?'],
    ['-- param: d interval\nselect interval :d', 'not `interval :day`'],
    ['\\copy t to x', 'Write the SELECT alone'],
    ['\\set x 5\nselect 1', 'Declare a parameter'],
    ['\\d t\nselect 1', 'pg_catalog'],
  ])('%j is answered by what to do', async (text, remedy) => {
    expect((await faultsOf(text)).map((fault) => fault.remedy).join('\n')).toContain(remedy)
  })

  test.each([
    '-- note: a',
    '-- expected: 5 rows',
    '-- date: today',
    '-- TODO: x',
    '-- https://example.org',
    '-- see: this',
    '--',
    '-- timeout is long',
  ])('%s is a comment', async (comment) => {
    expect(await sqlOf(`${comment}\n-- name: a\n${comment}\nselect 1`)).toEqual(['select 1'])
  })

  test('a URL in place of a database name is not shown, as it may have a password', async () => {
    const [fault] = await faultsOf('-- database: postgres://me:secret@host/db\nselect 1')
    expect(JSON.stringify(fault)).not.toContain('secret')
    expect(fault).toMatchObject({ code: 'QP_OPTION_VALUE', place: { line: 1 } })
  })

  test('more than a hundred faults are counted', async () => {
    const faults = await faultsOf('selec;'.repeat(300))
    expect(faults).toHaveLength(101)
    expect(faults.at(-1)).toMatchObject({
      code: 'QP_MORE_FAULTS',
      message: 'There are 200 more faults, which are not shown.',
    })
  })

  test('a replacement character that is in the file is no fault', async () => {
    expect(await sqlOf("select '\ufffd'")).toEqual(["select '\ufffd'"])
    const broken = Buffer.concat([Buffer.from("select '\ufffd"), Buffer.from([0xe2, 0x82]), Buffer.from("\ufffd'")])
    expect(await codesOf(broken)).toEqual(['QP_NOT_UTF8 1:10'])
  })
})

describe('parameters', () => {
  const slotsOf = async (text: string): Promise<string[][]> =>
    (await read(text)).queries.map(({ slots, sql }) =>
      slots.map(({ start, end }) => `${start} ${sql.slice(start, end)}`),
    )

  test.each([
    ['select :n', ['7 :n']],
    ['select :n::text, x::n, f(n := :n)', ['7 :n', '30 :n']],
    ["select ':n', \":n\", $$:n$$, E'\\':n' /* :n */ -- :n\n, :n", ['52 :n']],
    ['select a[1:n], a[:n], a[1:(:n)], a[1: :n]', ['17 :n', '27 :n', '38 :n']],
    ['select a[f(x):n], a["x":n], a[b[1]:n], :n', ['39 :n']],
    ["select json_object('k':n), :n", ['27 :n']],
    ['select :nn, :n', null],
    ['select :N, :n', null],
    ['select x>=:n and y<:n', ['10 :n', '19 :n']],
    ['select distinct on (a) :n', ['23 :n']],
    ['select array[:n, :n]', ['13 :n', '17 :n']],
    ['select (:n)[1], :n[1]', ['8 :n', '16 :n']],
  ])('%s', async (sql, slots) => {
    const text = `-- name: a\n-- param: n int\n${sql}`
    if (slots === null) expect(await codesOf(text)).toContain(`QP_PARAM_UNDECLARED 3:8`)
    else expect(await slotsOf(text)).toEqual([slots])
  })

  test('a query may declare one of the batch anew, and the batch has it for the others', async () => {
    const batch = await read('-- param: n int = 1\n-- name: a\n-- param: n text = x\nselect :n;\n-- name: b\nselect :n')
    expect(batch.queries.map(({ parameters }) => parameters)).toEqual([
      [{ name: 'n', type: 'text', default: 'x' }],
      [{ name: 'n', type: 'int', default: '1' }],
    ])
  })

  test.each([
    ['text = null', { type: 'text', default: null }],
    ["text = 'null'", { type: 'text', default: 'null' }],
    ["text = ''", { type: 'text', default: '' }],
    ["text = 'it''s = x'", { type: 'text', default: "it's = x" }],
    ['text = a b  ', { type: 'text', default: 'a b' }],
    ['int=-5', { type: 'int', default: '-5' }],
    ['timestamp(3)  with time zone', { type: 'timestamp(3) with time zone' }],
    ['"a=b"."C d"[] = {}', { type: '"a=b"."C d"[]', default: '{}' }],
  ])('the declaration %j', async (declaration, expected) => {
    const batch = await read(`-- param: n ${declaration}\nselect :n`)
    expect(batch.queries[0]?.parameters).toEqual([{ name: 'n', ...expected }])
  })
})

test('2,000 queries are read in seconds of processor time', async () => {
  const section = (index: number): string =>
    `-- name: q${index}\n-- timeout: 5s\nselect a, sum(b) from t join u using (x) where x = ${index} group by 1;\n`
  const before = process.cpuUsage()
  const batch = await read(Array.from({ length: 2000 }, (_, index) => section(index)).join('\n'))
  expect(batch.queries).toHaveLength(2000)
  // About one; the machine may be busy with other things, and what grows with the square takes minutes.
  expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(10)
})

test('a statement that the parser cannot hold is a fault, and the next ones are parsed', async () => {
  for (let round = 0; round < 35; round++) {
    expect(await codesOf(`select 1${'+1'.repeat(30_000)};`)).toEqual(['QP_SQL_SYNTAX 1:1'])
    expect(await sqlOf('select 1')).toEqual(['select 1'])
  }
})
