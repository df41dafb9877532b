import { expect, test } from 'vitest'
import { rowMaker } from './row-objects.ts'

test('a row has a value of JavaScript for each column, by the type of the column', () => {
  const types = [
    'smallint',
    'integer',
    'double precision',
    'boolean',
    'jsonb',
    'bigint',
    'numeric(3,2)',
    'date',
    'text',
  ]
  const rowOf = rowMaker(types.map((type, at) => ({ name: `c${at}`, type })))
  expect(rowOf(['1', '-2', 'NaN', 't', '{"a": [1]}', '9007199254740993', '1.50', '2026-01-31', ''])).toEqual({
    c0: 1,
    c1: -2,
    c2: Number.NaN,
    c3: true,
    c4: { a: [1] },
    c5: '9007199254740993',
    c6: '1.50',
    c7: '2026-01-31',
    c8: '',
  })
  expect(Object.values(rowOf(types.map(() => null)))).toEqual(types.map(() => null))
})

test('columns of one name, and of odd names, do not lose each other', () => {
  const rowOf = rowMaker(['id', 'id', '__proto__'].map((name) => ({ name, type: 'text' })))
  expect(Object.entries(rowOf(['a', 'b', 'c']))).toEqual([
    ['id', 'a'],
    ['id_2', 'b'],
    ['__proto__', 'c'],
  ])
})
