import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parserInstance } from './parser-instance.ts'
import { scanSql } from './scan-sql.ts'

function kinds(text: string): string[] {
  return [...scanSql(text)].map(
    ({ kind, start, end, isOpen }) => `${kind}${isOpen ? '!' : ''} ${text.slice(start, end)}`,
  )
}

test.each([
  ["'a''b' N'c'", ["string 'a''b'", 'word N', "string 'c'"]],
  ["E'a\\'b' e'\\\\' xE'\\'", ["string E'a\\'b'", "string e'\\\\'", 'word xE', "string '\\'"]],
  ["E'a' -- c\n '\\'b'", ["string E'a'", 'comment -- c', "string '\\'b'"]],
  ["E'a' '\\'", ["string E'a'", "string '\\'"]],
  ['$$a$b$$ $a$ $$ $a$ $1 a$b$c $', ['string $$a$b$$', 'string $a$ $$ $a$', 'numbered $1', 'word a$b$c', 'symbol $']],
  ['"a""b" /* /* */ */ --c', ['quoted-name "a""b"', 'block-comment /* /* */ */', 'comment --c']],
  [
    ':a ::b :=c a:b :1 :é',
    [
      'colon-name :a',
      'symbol ::',
      'word b',
      'symbol :=',
      'word c',
      'word a',
      'colon-name :b',
      'symbol :',
      'number 1',
      'colon-name :é',
    ],
  ],
  ["'a", ["string! 'a"]],
  ["E'a\\", ["string! E'a\\"]],
  ['$a$ b', ['string! $a$ b']],
  ['/* /* */', ['block-comment! /* /* */']],
  ['1 \\d x\n2', ['number 1', 'psql-command \\d x', 'number 2']],
])('%j', (text, expected) => {
  expect(kinds(text)).toEqual(expected)
})

const piece = fc.oneof(
  fc.constantFrom(
    "'",
    "''",
    '"',
    '$$',
    '$a$',
    '$é$',
    '$1',
    '$',
    '--',
    '/*',
    '*/',
    '\n',
    '\r',
    ' ',
    "E'",
    "U&'",
    "x'",
    'N',
    'b',
  ),
  fc.constantFrom(
    ':',
    '::',
    ':=',
    ':day',
    ';',
    '\\',
    "\\'",
    '(',
    '[',
    '@',
    '?',
    '-',
    '+',
    '1',
    '1.5',
    'e',
    '_',
    'é',
    '😀',
  ),
)

/** The text with all that is quoted or a comment blanked. `u&` and the like stand before their quote. */
function unquoted(text: string, spans: readonly { start: number; end: number }[]): string {
  const bytes = Buffer.from(text)
  for (const { start, end } of spans) {
    const quote = /^[A-Za-z&]+(?=['"])/.exec(bytes.subarray(start, end).toString())?.[0].length ?? 0
    bytes.fill(' ', start + quote, end)
  }
  return bytes.toString().replaceAll(/\s+/g, ' ')
}

test('what is quoted, and what is a comment, ends where the scanner of PostgreSQL ends it', async () => {
  const parser = await parserInstance()
  let compared = 0
  const texts = fc.array(piece, { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      const ours = [...scanSql(text)]
      // A backslash outside of quotes is a command to psql, which takes the rest of its line; and libpg-query, unlike the
      // server, takes no comment between the parts of a string.
      if (ours.some(({ kind }) => kind === 'psql-command') || /E'[\s\S]*--/.test(text)) return
      let theirs: { start: number; end: number; text: string }[]
      try {
        theirs = parser.scanSync(text).tokens
      } catch {
        return // Not SQL: what the parser says is reported instead.
      }
      compared++
      const byteOffset = (offset: number): number => Buffer.byteLength(text.slice(0, offset))
      const ourSpans = ours
        .filter(({ kind }) => ['string', 'quoted-name', 'comment', 'block-comment'].includes(kind))
        .map(({ start, end }) => ({ start: byteOffset(start), end: byteOffset(end) }))
      const theirSpans = theirs.filter((token) => /^[A-Za-z&]*['"]|^--|^\/\*|^\$(?:[^0-9$][^$]*)?\$/.test(token.text))
      expect(unquoted(text, ourSpans)).toBe(unquoted(text, theirSpans))
    }),
    { numRuns: 30_000 },
  )
  expect(compared).toBeGreaterThan(3000)
})
