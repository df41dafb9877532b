import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fault, InvalidDefinition } from '../errors/index.ts'
import type { Query } from './batch.ts'
import { parseBatchParts } from './parse-batch.ts'

interface Came {
  readonly parts: number
  readonly queries: readonly Query[]
  /** As far as they can be seen when a line was not read as a whole. */
  readonly faults: readonly Omit<Fault, 'place'>[]
}

async function* blocksOf(bytes: Uint8Array, blockBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += blockBytes) yield bytes.subarray(from, from + blockBytes)
}

async function read(text: string | Uint8Array, pieceLength?: number, blockBytes = 1_000_000): Promise<Came> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const queries: Query[] = []
  let parts = 0
  try {
    for await (const part of parseBatchParts(blocksOf(bytes, blockBytes), { file: 'x.sql' }, pieceLength)) {
      queries.push(...part.queries)
      parts++
    }
    return { parts, queries, faults: [] }
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinition)) throw thrown
    const faults = thrown.faults.map(({ place, ...fault }) => {
      const { lineText: _, ...seen } = place ?? { file: '' }
      return { ...fault, place: seen }
    })
    return { parts, queries: [], faults }
  }
}

const harmless = fc.constantFrom(
  'select 1',
  "select 'a;\n-- name: no'",
  'select $$;\n-- name: no\n$$',
  "select E'\\';\n'",
  'select /* ; \n-- name: no\n*/ 2',
  'select (\n3 -- ;\n)',
  "select 'é😀', :day",
  '/*+ SeqScan(t) */ select 4',
  'select a[1:2] from t -- comment',
)
const faulty = fc.constantFrom('selct 1', "select 'open", 'select :missing', '', 'delete from t', '\\d t', '/* open')
const end = fc.constantFrom(';\n', ' ;', '\n;\n\n', ';\r\n', '; -- behind\n')

function namedFile(statements: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'é'), statements, end), { maxLength: 8 })
    .map((all) => all.map(([name, sql, ending], n) => `-- name: ${name}${n % 3}\n-- timeout: 5s\n${sql}${ending}\n`))
    .map((sections) => `-- param: day date\n${sections.join('')}-- name: last\nselect :day`)
}

function plainFile(statements: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(statements, end), { minLength: 1, maxLength: 8 })
    .map((all) => `-- param: day date\n${all.map(([sql, ending]) => sql + ending).join('')}select :day`)
}

describe('where a file is cut into parts', () => {
  const texts = fc.oneof(namedFile(harmless), plainFile(harmless), namedFile(fc.oneof(harmless, faulty)))

  test('does not change its queries, nor what is wrong with them', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        async (text, ...cut) => {
          const whole = await read(text)
          const inParts = await read(text, ...cut)
          // Where a name comes behind SQL, what was read before it was not known to be misplaced, and is judged as SQL, too.
          const misplaced = whole.faults.find(({ code }) => code === 'QP_SQL_BEFORE_NAME')
          if (misplaced !== undefined) expect(inParts.faults).toContainEqual(misplaced)
          else expect({ ...inParts, parts: 1 }).toEqual({ ...whole, parts: 1 })
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('does not change what bytes are found that are not UTF-8', async () => {
    const piece = fc.constantFrom(
      [0xc3],
      [0xc3, 0xa9],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xe2, 0x82],
      [0xff],
      [0],
      [0x20],
      [0x61],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (bytes, block) => {
        const text = Buffer.concat([Buffer.from('select 1;\nselect 2;\nselect 3; --'), Buffer.from(bytes.flat())])
        expect((await read(text, 8, block)).faults).toEqual((await read(text)).faults)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a long file', () => {
  const count = 20_000
  const named = Array.from({ length: count }, (_, n) => `-- name: q${n}\nselect ${n} as n;\n`).join('')

  test('comes in many parts, none of which is large', async () => {
    const { parts, queries } = await read(named)
    expect(queries).toHaveLength(count)
    expect(queries.map(({ position }) => position)).toEqual(queries.map((_, n) => n))
    expect(queries[12_345]).toMatchObject({ name: 'q12345', sql: 'select 12345 as n', line: 24_692, column: 1 })
    expect(parts).toBeGreaterThan(1)
  })

  test('of one line comes in parts, too', async () => {
    const { parts, queries } = await read(Array.from({ length: count }, (_, n) => `select ${n} as n`).join('; '))
    expect(parts).toBeGreaterThan(1)
    expect(queries[12_345]).toMatchObject({ name: 'x_12346', sql: 'select 12345 as n', line: 1 })
  })

  test('whose names come again far below says in which lines', async () => {
    const { faults } = await read(`${named}-- name: Q3\nselect 1;\n-- name: q4\nselect 1;\n`)
    expect(faults.map(({ message }) => message)).toEqual([
      '`q3` in line 7 and `Q3` in line 40001 differ only in case.',
      'The name `q4` stands in line 9 and in line 40003.',
    ])
  })

  test('gives the faults of all its parts', async () => {
    const { faults } = await read(`-- name: a\nselct 1;\n${named}-- name: b\nselct 2;\n`)
    expect(faults).toMatchObject([
      { code: 'QP_SQL_SYNTAX', place: { line: 2 } },
      { code: 'QP_SQL_SYNTAX', place: { line: 40_004 } },
    ])
  })

  test('may use a parameter of the batch in its last query only', async () => {
    expect((await read(`-- param: day date\n${named}-- name: last\nselect :day`)).faults).toEqual([])
    expect((await read(`-- param: day date\n${named}`)).faults).toMatchObject([
      { code: 'QP_PARAM_UNUSED', place: { line: 1 } },
    ])
  })

  test('is refused when one query of it never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("-- name: a\nselect 1;\n-- name: b\nselect '")
      for (;;) yield Buffer.alloc(1024 * 1024, 'x')
    }
    const reading = async (): Promise<void> => {
      for await (const _ of parseBatchParts(endless(), { file: 'x.sql' }));
    }
    await expect(reading()).rejects.toMatchObject({ faults: [{ code: 'QP_QUERY_TOO_LARGE', place: { line: 3 } }] })
  })
})
