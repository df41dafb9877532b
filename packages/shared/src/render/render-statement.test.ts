import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderStatement } from './render-statement.ts'

const sql = "select :n, '😀', :day::text from t"
const slots = [
  { start: 7, end: 9, name: 'n' },
  { start: 17, end: 21, name: 'day' },
]
const args = [
  { name: 'n', type: 'int', value: null },
  { name: 'day', type: 'text', value: "it's \\ 😀" },
]

test('each slot becomes a cast literal', () => {
  expect(renderStatement(sql, slots, args).text).toBe(
    "select (CAST(NULL AS int)), '😀', (CAST('it''s \\ 😀' AS text))::text from t",
  )
})

test('a position of the server leads back to the text as it was written', () => {
  const { text, toOriginal } = renderStatement(sql, slots, args)
  const positionOf = (part: string): number => [...text.slice(0, text.indexOf(part))].length + 1
  expect(toOriginal(positionOf('select'))).toBe(0)
  expect(toOriginal(positionOf('(CAST(NULL'))).toBe(7)
  expect(toOriginal(positionOf('NULL'))).toBe(7)
  expect(toOriginal(positionOf(", '😀'"))).toBe(9)
  expect(toOriginal(positionOf("it''s"))).toBe(17)
  expect(toOriginal(positionOf('::text'))).toBe(21)
  expect(toOriginal(positionOf('from'))).toBe(sql.indexOf('from'))
})

test('a position outside of the text leads to its nearest end', () => {
  const { toOriginal } = renderStatement(sql, slots, args)
  expect(toOriginal(-5)).toBe(0)
  expect(toOriginal(10_000)).toBe(sql.length)
  expect(renderStatement('select :n', [{ start: 7, end: 9, name: 'n' }], args).toOriginal(10_000)).toBe(9)
})

test('a slot without an argument is a fault of the program', () => {
  expect(() => renderStatement(sql, slots, [])).toThrow(expect.objectContaining({ code: 'QP_INTERNAL' }))
})

test('every character of the original is found again from the rendered text', () => {
  const plain = fc.string({ unit: 'grapheme', maxLength: 10 })
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 5 }), plain, (parts, value) => {
      const original = parts.join(':p')
      const slotsOf = parts.slice(0, -1).map((_, index) => {
        const start = parts.slice(0, index + 1).join(':p').length
        return { start, end: start + 2, name: 'p' }
      })
      const { text, toOriginal } = renderStatement(original, slotsOf, [{ name: 'p', type: 'text', value }])
      const literal = `(CAST('${value.replaceAll("'", "''")}' AS text))`
      expect(text).toBe(parts.join(literal))
      let rendered = ''
      for (const [index, part] of parts.entries()) {
        const partStart = parts.slice(0, index + 1).join(':p').length - part.length
        for (const [offset, character] of [...part].entries()) {
          const before = [...part].slice(0, offset).join('')
          expect(toOriginal([...(rendered + before)].length + 1)).toBe(partStart + before.length)
          expect(original.startsWith(character, partStart + before.length)).toBe(true)
        }
        rendered += part + literal
      }
    }),
  )
})
