import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import type { Batch } from './batch.ts'
import { parseBatch } from './parse-batch.ts'

async function read(text: string): Promise<Batch> {
  return parseBatch(new TextEncoder().encode(text), 'x.sql')
}

/** Text that is dangerous where it isn't quoted. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.constantFrom(
          ';',
          ':day',
          ' :n',
          '--',
          '/*',
          '*/',
          "'",
          '"',
          '$$',
          '$a$',
          '\\',
          '\\d',
          'E',
          '(',
          ')',
          '[',
          '::',
          '?',
          '$1',
        ),
      },
      { weight: 2, arbitrary: fc.constantFrom('\n', '\r\n', ' ', '\n-- name: other\n', '\n-- timeout: x\n') },
      fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => text.replaceAll(/\0|\p{Surrogate}/gu, '')),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

const quotedText = fc.oneof(
  hostile.map((text) => `'${text.replaceAll("'", "''")}'`),
  hostile.map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  hostile.map((text) => `E'x'\n'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  hostile.map((text) => `$tag_é$${text.replaceAll('$tag_é$', '')}$tag_é$`),
  hostile.map((text) => `$$${text.replaceAll('$', '')}$$`),
  hostile.map((text) => `"x${text.replaceAll('"', '""')}"`),
  hostile.map((text) => `1 /* ${text.replaceAll(/[/*]/g, '')} /* ' */ $x$ */`),
  hostile.map((text) => `1 -- ${text.replaceAll(/[\n\r]/g, ' ')}\n`),
)

test('nothing quoted divides a statement or is taken for a parameter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(quotedText, { minLength: 1, maxLength: 4 }), async (texts) => {
      const sql = `select ${texts.map((text) => `${text}, :day`).join(',')}`
      const file = `-- param: day date\n-- name: first\n${sql};\n-- name: second\nselect :day`
      const batch = await read(file)
      expect(batch.queries.map((query) => query.sql)).toEqual([sql, 'select :day'])
      expect(batch.queries[0]?.slots).toHaveLength(texts.length)
    }),
    { numRuns: 1000 },
  )
})

test('reading does not depend on CRLF or a byte order mark', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(quotedText, { minLength: 1, maxLength: 3 }), async (texts) => {
      const text = texts.map((sql, index) => `-- name: q${index}\n-- timeout: 5s\nselect\n ${sql};\n`).join('\n')
      const unix = text.replaceAll('\r\n', '\n')
      const expected = await read(unix)
      const windows = await read(`\ufeff${unix.replaceAll('\n', '\r\n')}`)
      const queries = windows.queries.map((query) => ({ ...query, sql: query.sql.replaceAll('\r\n', '\n') }))
      expect({ ...windows, queries }).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

const validFile = `-- database: shop
-- timeout: 5m
-- param: day date = 2024-02-29

-- name: by_day
-- retries: 3
-- tags: a, b
-- param: n numeric(12,2) = '1.5'
select *, 'x''y', E'\\'', $$ ; $$, "a b", a[1:n], :n::text /* c */ from t where day = :day; -- d

-- name: total
with x as (select 1) select * from x where (a ? 'b') and c = :day
`

/** The file with pieces of it cut out, repeated, or replaced by something dangerous. */
const mutatedFile = fc
  .array(fc.tuple(fc.nat(validFile.length), fc.nat(30), fc.oneof(hostile, fc.string(), fc.constant(''))), {
    minLength: 1,
    maxLength: 5,
  })
  .map((edits) =>
    edits.reduce((text, [at, length, inserted]) => text.slice(0, at) + inserted + text.slice(at + length), validFile),
  )

async function isReadOrRefused(bytes: Uint8Array): Promise<void> {
  try {
    await parseBatch(bytes, 'x.sql')
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinition)) throw thrown
    for (const { place } of thrown.faults) {
      expect(place === undefined || (place.line ?? 0) >= 1).toBe(true)
    }
    expect(thrown.format()).not.toContain('undefined')
  }
}

test.each([
  ['a file with mistakes', mutatedFile.map((text) => new TextEncoder().encode(text))],
  ['any text', fc.string({ unit: 'binary', maxLength: 200 }).map((text) => new TextEncoder().encode(text))],
  ['pieces of SQL', hostile.map((text) => new TextEncoder().encode(`select ${text}`))],
  ['any bytes', fc.uint8Array({ maxLength: 200 })],
])(
  '%s is read or refused, never anything else',
  async (_, bytes) => {
    await fc.assert(fc.asyncProperty(bytes, isReadOrRefused), { numRuns: 3000 })
  },
  60_000,
)

test('what is not UTF-8 is found where it stands', async () => {
  const valid = fc
    .string({ unit: 'grapheme', maxLength: 10 })
    .map((text) => text.replaceAll(/[\0\n\r\ufffd]|\p{Surrogate}/gu, ''))
  await fc.assert(
    fc.asyncProperty(
      valid,
      fc.constantFrom([0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0x80]),
      async (text, bad) => {
        const bytes = Buffer.concat([
          Buffer.from(`select 1 -- \ufffd${text}`),
          Buffer.from(bad),
          Buffer.from(' \ufffd;'),
        ])
        const thrown: unknown = await parseBatch(bytes, 'x.sql').catch((error: unknown) => error)
        const column = [...text.normalize()].length === 0 ? 14 : [...text].length + 14
        expect(thrown).toMatchObject({ faults: [{ code: 'QP_NOT_UTF8', place: { line: 1, column } }] })
      },
    ),
    { numRuns: 500 },
  )
})
