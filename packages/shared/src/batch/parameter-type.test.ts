import { expect, test } from 'vitest'
import { parseParameterType } from './parameter-type.ts'

test.each([
  'date',
  'INT',
  'numeric(12,2)',
  'numeric (12, -2)',
  'text[]',
  'int[3][]',
  'double precision',
  'timestamp with time zone',
  'timestamp(3) without time zone',
  'time(6)',
  'character varying(10)',
  'char varying',
  'bit varying(5)',
  'national character(3)',
  'interval',
  'interval day to second',
  'interval(3)',
  'interval second(3)',
  'my_schema.my_type',
  'db.my_schema.my_type',
  '"My Type"',
  '"a"".""b"."c"[]',
  'geometry(Point,4326)',
  'été',
  'double precision[]',
])('%s', (type) => {
  expect(parseParameterType(` ${type} `)).toBe(type)
})

test('spaces become single ones, but not in a quoted name', () => {
  expect(parseParameterType('double \t precision')).toBe('double precision')
  expect(parseParameterType('"a  b"  (1,  2)')).toBe('"a  b" (1, 2)')
})

test.each([
  '',
  'int) or (1=1',
  "text) || (select 'x'",
  'int; drop table t',
  'int -- x',
  'int/**/',
  'setof int',
  'int primary key',
  '"a',
  'a"b',
  '1int',
  'int(',
  'a..b',
  "int('x')",
  't.a%type',
  'int[',
  'int[1:2]',
  '$1',
  'a b',
  'numeric(12,2) x',
  '"\0"',
  'int AS text), CAST(1',
  `${'"a".'.repeat(100)}`,
])('%j is no type', (type) => {
  expect(parseParameterType(type)).toBeNull()
})
