import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkValue } from '../batch/check-value.ts'
import { renderStatement } from './render-statement.ts'

const url = process.env.QUERYPOOL_TEST_POSTGRES_URL
let client: pg.Client

beforeAll(async () => {
  if (url === undefined)
    throw new Error('QUERYPOOL_TEST_POSTGRES_URL is not set: it names the PostgreSQL of the tests.')
  client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("set standard_conforming_strings = on; set client_encoding = 'UTF8'; set datestyle = 'ISO, MDY'")
})

afterAll(async () => client?.end())

function render(type: string, value: string | null): string {
  return renderStatement('select :v as v', [{ start: 7, end: 9, name: 'v' }], [{ name: 'v', type, value }]).text
}

const hostileValue = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        "\\'",
        '\\',
        '"',
        '$$',
        '--',
        '/*',
        '*/',
        ';',
        ')',
        '))',
        ' AS text)',
        "'); drop table t; --",
        ':v',
        '\n',
        '\r',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join('').replaceAll(/\0|\p{Surrogate}/gu, ''))

test('any text comes back from the server as it was given', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(hostileValue),
      fc.constantFrom('text', 'varchar', 'character varying(2000)'),
      async (value, type) => {
        const { rows } = await client.query({ text: render(type, value), rowMode: 'array' })
        expect(rows).toEqual([[value]])
      },
    ),
    { numRuns: 500 },
  )
})

test('a list of texts comes back as it was given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostileValue, { maxLength: 4 }), async (values) => {
      const literal = `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
      const { rows } = await client.query({ text: render('text[]', literal), rowMode: 'array' })
      expect(rows).toEqual([[values]])
    }),
    { numRuns: 200 },
  )
})

test('what the server finds wrong is found in the text as it was written', async () => {
  const sql = "select '😀é', :v, nothing"
  const rendered = renderStatement(
    sql,
    [{ start: 14, end: 16, name: 'v' }],
    [{ name: 'v', type: 'text', value: "'é😀'" }],
  )
  const error: unknown = await client.query(rendered.text).catch((thrown: unknown) => thrown)
  if (!(error instanceof pg.DatabaseError)) throw new Error('expected an error of the server')
  expect(rendered.toOriginal(Number(error.position))).toBe(sql.indexOf('nothing'))
})

const typedValue = fc.oneof(
  fc.tuple(
    fc.constantFrom('int2', 'int', 'bigint', 'numeric', 'float8', 'real'),
    fc.oneof(
      fc.bigInt().map(String),
      fc.double().map(String),
      fc.constantFrom(
        '',
        ' 1 ',
        '+1',
        '1_000',
        '0x1F',
        '0b1',
        '1e5',
        '.5',
        '5.',
        'NaN',
        '-Infinity',
        'inf',
        '1,5',
        '٣',
        '--1',
        '32767',
        '32768',
      ),
      fc.constantFrom(
        '-32768',
        '-32769',
        '2147483647',
        '2147483648',
        '-9223372036854775808',
        '9223372036854775808',
        '1__0',
        '1_',
        '0x',
        '\u00a01',
      ),
      fc.string({ maxLength: 3 }),
    ),
  ),
  fc.tuple(
    fc.constantFrom('bool'),
    fc.oneof(
      fc.constantFrom('t', 'TRUE', ' yes ', 'n', 'o', 'of', 'off', 'on', '1', '2', '', 'tr'),
      fc.string({ maxLength: 3 }),
    ),
  ),
  fc.tuple(
    fc.constantFrom('date', 'timestamp', 'timestamptz'),
    fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc
        .tuple(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
        .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`),
      fc.constantFrom(
        'now',
        'Infinity',
        '-infinity',
        'epoch',
        'tomorrow',
        '1/2/2024',
        'Jan 5 2024',
        '2024-02-29',
        '0001-02-29 BC',
        '20240229',
        'J2451187',
        'x',
        '',
        '2024-02-29 25:00',
        '2024-001',
      ),
      fc.string({ maxLength: 6 }),
    ),
  ),
  fc.tuple(
    fc.constantFrom('uuid'),
    fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => `{${id}}`),
      fc.uuid().map((id) => id.replaceAll('-', '')),
      fc.uuid().map((id) => ` ${id}`),
      fc.uuid().map((id) => `{${id}`),
    ),
  ),
  fc.tuple(
    fc.constantFrom('json', 'jsonb'),
    fc.oneof(
      fc.json(),
      fc.constantFrom('', '{', "{'a':1}", '01', ' 1 ', '\u00a01', '[1,]', '"\t"', 'NaN', '"\u007f"', '1e5', '-0'),
      fc.string({ maxLength: 4 }),
    ),
  ),
)

test('a value that is refused beforehand would have been refused by the server', async () => {
  await fc.assert(
    fc.asyncProperty(typedValue, async ([type, value]) => {
      fc.pre(!value.includes('\0') && !/\p{Surrogate}/u.test(value))
      if (checkValue(type, value) === null) return
      const outcome = await client.query(render(type, value)).then(
        ({ rows }) => `${type} ${JSON.stringify(value)} is ${JSON.stringify(rows)}`,
        () => 'refused',
      )
      expect(outcome).toBe('refused')
    }),
    { numRuns: 5000 },
  )
})
