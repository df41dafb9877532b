import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { InvalidDefinition } from '../../errors/index.ts'
import type { Batch } from '../batch.ts'
import { parseYamlBatch } from './parse-yaml-batch.ts'

const patienceMs = 300_000

async function read(text: string): Promise<Batch> {
  return parseYamlBatch(new TextEncoder().encode(text), { file: 'x.yaml' })
}

/** Whether it is read; refused means: with a code, a place and a remedy for each fault. */
async function isReadOrRefused(bytes: Uint8Array): Promise<boolean> {
  try {
    await parseYamlBatch(bytes, { file: 'x.yaml' })
    return true
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinition)) throw thrown
    for (const { code, place, message } of thrown.faults) {
      expect(code).toMatch(/^QP_/)
      expect(code === 'QP_MORE_FAULTS' || (place?.line ?? 0) >= 1, message).toBe(true)
      expect(message).not.toMatch(/Invalid input|undefined|\[object/)
    }
    expect(thrown.format().length).toBeLessThan(500_000)
    return false
  }
}

const validFile = `name: daily_sales
database: shop
params: &params
  day: date
  least: { type: "numeric(12,2)", default: 0.10 }
timeout: 5m
tags: [nightly, "b"]
maxParallel: 4
schedule: { cron: "0 2 * * *", timezone: Europe/Berlin, missed: latest }
notify:
  - on: failure
    webhook: { url: env:A, secret: file:/b }
queries:
  refresh:
    sql: insert into days values (:day)
    effect: write
  sales:
    needs: [refresh]
    params: { amount: int }
    matrix:
      region: [north, "south"]
      amount: [1, 2]
      exclude: [{ region: north, amount: 2 }]
      include: [{ region: south, amount: 5 }]
    sql: |
      -- By region.
      select :region, :amount
      from sales where day = :day and x >= :least
  total:
    needs: sales
    sql: 'select ''x'', :day'
`

const hostile = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...[
        ': ',
        '- ',
        '? ',
        '&a ',
        '*a',
        '*params',
        '<<: *params',
        '!tag ',
        '!!set ',
        '|',
        '>',
        '|+9',
        '%YAML 1.1\n---\n',
      ],
      ...['{', '}', '[', ']', ',', '"', "'", '#', '\t', '\n', '\r', '\r\n', '\n---\n', '\n...\n', '  ', '@', '`', '\\'],
      ...[
        'null',
        '~',
        'true',
        'yes',
        '.nan',
        '1e999',
        '0x1F',
        '1_000',
        '9'.repeat(400),
        '-0',
        '2024-02-30',
        '__proto__',
      ],
      ...['constructor: 1\n', 'queries:\n', 'name: y\n', 'sql: select :x\n', 'matrix: { a: [1] }\n', 'needs: total\n'],
      ...['\u0000', '\u0007', '\u2028', '\ufeff', '\u200b', 'é', '北', '😀', 'x'.repeat(10_000)],
    ),
  },
  fc.string({ unit: 'grapheme', maxLength: 5 }),
)

const mutatedFile = fc
  .array(fc.tuple(fc.nat(validFile.length), fc.nat(25), fc.oneof(hostile, fc.constant(''))), {
    minLength: 1,
    maxLength: 5,
  })
  .map((edits) =>
    edits.reduce((text, [at, length, inserted]) => text.slice(0, at) + inserted + text.slice(at + length), validFile),
  )

test('the file that is changed below is itself right', async () => {
  expect((await read(validFile)).queries).toHaveLength(6)
})

test.each([
  ['a file with mistakes', mutatedFile.map((text) => new TextEncoder().encode(text)), 3000],
  [
    'pieces of YAML',
    fc.array(hostile, { maxLength: 30 }).map((parts) => new TextEncoder().encode(parts.join(''))),
    3000,
  ],
  ['any bytes', fc.uint8Array({ maxLength: 200 }), 2000],
])(
  '%s is read or refused, never anything else',
  async (_, bytes, numRuns) => {
    await fc.assert(
      fc.asyncProperty(bytes, async (each) => {
        await isReadOrRefused(each)
      }),
      { numRuns },
    )
  },
  patienceMs,
)

/** Any value in the place of a right one: of the wrong type, missing, of other scripts, of 10,000 characters. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1e300,
    true,
    [],
    {},
    [[]],
    [null],
    { a: null },
    '0 2 * * *',
    'env:X',
    'date',
  ),
  fc.constantFrom(
    '\u0000',
    '\u0001x',
    'ä',
    '北京',
    'שלום',
    '😀',
    'a b',
    'a\nb',
    '../x',
    'x'.repeat(10_000),
    '__proto__',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.integer(), fc.constant(null)), { maxLength: 3 }),
  fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.oneof(fc.string(), fc.integer()), { maxKeys: 3 }),
)
const queryKeys = ['sql', 'file', 'needs', 'params', 'matrix', 'timeout', 'retries', 'maxRows', 'maxBytes', 'tags']
const batchKeys = ['name', 'database', 'publish', 'schedule', 'notify', 'keep', 'maxParallel', 'onFailure', 'snapshot']
const options = ['cache', 'effect', 'expect', 'description']
const someQuery = fc.dictionary(fc.constantFrom(...queryKeys, ...options), anything, { maxKeys: 4 })
const someName = fc.oneof(
  fc.constantFrom('a', 'b', 'A', 'a_1', 'with-hyphen', 'x'.repeat(10_000), '北', '\u0007', '\u202eabc'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
)
const someFile = fc.record(
  {
    name: fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>('x') }, anything),
    queries: fc.oneof(
      { weight: 5, arbitrary: fc.dictionary(someName, fc.oneof(someQuery, anything), { maxKeys: 4 }) },
      anything as fc.Arbitrary<never>,
    ),
    rest: fc.dictionary(fc.constantFrom(...batchKeys, ...queryKeys, ...options), anything, { maxKeys: 4 }),
  },
  { requiredKeys: [] },
)

test(
  'any data under the keys of a batch is read or refused',
  async () => {
    await fc.assert(
      fc.asyncProperty(someFile, async ({ rest, ...file }) => {
        await isReadOrRefused(new TextEncoder().encode(stringify({ ...rest, ...file })))
      }),
      { numRuns: 5000 },
    )
  },
  patienceMs,
)

const value = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('a b', 'a_b', 'A-B', '北', '南', 'x'.repeat(10_000)),
)

test(
  'every query of a matrix has a name of its own and its own values, whatever they are',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(value, { minLength: 1, maxLength: 6, selector: (each) => JSON.stringify(String(each)) }),
        fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }),
        async (values, numbers) => {
          const texts = values.map((each) =>
            typeof each === 'string' ? each.replaceAll(/[\0]|\p{Surrogate}/gu, '') : each,
          )
          fc.pre(new Set(texts.map(String)).size === texts.length)
          const params = { v: 'text' }
          const query = { sql: 'select :v, :n', params, matrix: { v: texts, n: numbers } }
          const { queries } = await read(stringify({ name: 'x', queries: { q: query } }))
          expect(new Set(queries.map(({ name }) => name.toLowerCase())).size).toBe(texts.length * numbers.length)
          for (const { name } of queries) expect(name).toMatch(/^q[A-Za-z0-9_]{0,62}$/)
          expect(queries.map(({ parameters }) => parameters.map((each) => each.default))).toEqual(
            texts.flatMap((each) => numbers.map((number) => [each === null ? null : String(each), String(number)])),
          )
        },
      ),
      { numRuns: 1000 },
    )
  },
  patienceMs,
)

test(
  'a fault in SQL is told with the place at which it stands in the file',
  async () => {
    const line = fc.constantFrom(
      '',
      '  ',
      '    ',
      "  'é😀' ||",
      '-- note: é',
      "\t'a' ||",
      "   $$ '\\' $$ ||",
      "'b' || -- c",
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.nat(6),
        fc.nat(9),
        fc.constantFrom('\n', '\r\n'),
        async (lines, deeper, right, end) => {
          const indent = ' '.repeat(6 + deeper)
          const sql = ['select', ...lines, `${' '.repeat(right)}:missing`, '-- end']
          const file = ['name: x', 'queries:', '  q:', '    sql: | # SQL', ...sql.map((each) => `${indent}${each}`)]
          const thrown = await read(file.join(end)).catch((error: unknown) => error)
          const place = { line: file.length - 1, column: indent.length + right + 1, lineText: file.at(-2) }
          expect(thrown).toMatchObject({ faults: [{ code: 'QP_PARAM_UNDECLARED', place }] })
        },
      ),
      { numRuns: 500 },
    )
  },
  patienceMs,
)

describe('a file made to exhaust', () => {
  const pieces: [string, string][] = [
    ['brackets', '['.repeat(1_000_000)],
    ['maps in a line', '{a: '.repeat(250_000)],
    ['lists', '- '.repeat(500_000)],
    ['questions', '? '.repeat(500_000)],
    ['keys', Array.from({ length: 100_000 }, (_, n) => `k${n}: 1`).join('\n')],
    ['the same key', 'a: 1\n'.repeat(200_000)],
    [
      'queries',
      `name: x\nqueries:\n${Array.from({ length: 30_000 }, (_, n) => `  q${n}: {sql: select 1}`).join('\n')}`,
    ],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(300_000)}]`],
    ['aliases of long texts', `a: &a ${'x'.repeat(100_000)}\nb: [${'*a,'.repeat(90_000)}]`],
    ['quotes', '"'.repeat(1_000_000)],
    ['a text in quotes', `"${'\\u0041'.repeat(150_000)}"`],
    ['colons', ':'.repeat(1_000_000)],
    ['anchors', '&a '.repeat(300_000)],
    ['comments', '# x\n'.repeat(250_000)],
    ['empty lines', '\n'.repeat(1_000_000)],
    ['tabs', '\t'.repeat(1_000_000)],
    ['documents', '---\n'.repeat(250_000)],
    ['needs', `name: x\nqueries:\n  a:\n    sql: select 1\n    needs: [${'a,'.repeat(90_000)}]`],
    [
      'parameters',
      `name: x\nparams:\n${Array.from({ length: 40_000 }, (_, n) => `  p${n}: int`).join('\n')}\nqueries: {a: {sql: select 1}}`,
    ],
    [
      'excluded',
      `name: x\nqueries:\n  a:\n    sql: select 1\n    matrix:\n      k: [${Array.from({ length: 10_000 }, (_, n) => n)}]\n      exclude: [${'{k: -1},'.repeat(1000)}]`,
    ],
    [
      'included',
      `name: x\nqueries:\n  a:\n    sql: select :k\n    matrix:\n      k: [${Array.from({ length: 9000 }, (_, n) => n)}]\n      include: [${Array.from({ length: 1000 }, (_, n) => `{k: ${n}, j: 1},`).join('')}]`,
    ],
    [
      'a matrix of 10^6',
      `name: x\nqueries:\n  a:\n    sql: select 1\n    matrix:\n${[...'abcdef'].map((key) => `      ${key}: [0,1,2,3,4,5,6,7,8,9]`).join('\n')}`,
    ],
    ['a statement', `name: x\nqueries:\n  a:\n    sql: |\n${'      select 1 +\n'.repeat(50_000)}`],
    ['statements', `name: x\nqueries:\n  a:\n    sql: |\n${'      select 1;\n'.repeat(50_000)}`],
    ["psql's commands", `name: x\nqueries:\n  a:\n    sql: |\n${'      \\d\n'.repeat(100_000)}`],
    ['option lines', `name: x\nqueries:\n  a:\n    sql: |\n${'      -- param: x\n'.repeat(50_000)}`],
    [
      'statements with faults',
      `name: x\nqueries:\n${Array.from({ length: 9000 }, (_, n) => `  q${n}: {sql: select :}`).join('\n')}`,
    ],
  ]
  const bombs = Array.from({ length: 15 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`)

  test.each([...pieces, ['aliases of aliases', `a0: &a0 [1]\n${bombs.join('\n')}`] as [string, string]])(
    'by nothing but %s is refused',
    async (_, text) => {
      expect(text.length).toBeLessThanOrEqual(1024 * 1024)
      expect(await isReadOrRefused(new TextEncoder().encode(text))).toBe(false)
    },
    patienceMs,
  )
})
