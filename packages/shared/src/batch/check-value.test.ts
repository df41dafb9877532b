import { expect, test } from 'vitest'
import { checkValue } from './check-value.ts'

test.each([
  ['int', '2147483647'],
  ['int', '-2147483648'],
  ['smallint', ' 5 '],
  ['bigint', '9223372036854775807'],
  ['numeric(3,1)', '1.5e3'],
  ['decimal', 'NaN'],
  ['double precision', '-Infinity'],
  ['bool', 'Yes'],
  ['boolean', 'of'],
  ['date', '2024-02-29'],
  ['date', 'tomorrow'],
  ['date', '0001-02-29 BC'],
  ['timestamp(3) with time zone', '2024-02-29 23:59:60+02'],
  ['uuid', '{A0EEBC999C0B4EF8BB6D6BB9BD380A11}'],
  ['json', ' [1] '],
  ['int[]', 'anything'],
  ['my_type', 'anything'],
  ['"int4"', 'anything'],
  ['text', "'); drop table t; --"],
])('%s %s is left to the server', (type, value) => {
  expect(checkValue(type, value)).toBeNull()
})

test.each([
  ['int', 'abc', 'it is not an integer'],
  ['int', '', 'it is not an integer'],
  ['int', '1.5', 'it is not an integer'],
  ['INT', '2147483648', 'it is out of range, which is -2147483648 to 2147483647'],
  ['pg_catalog.int2', '-32769', 'it is out of range, which is -32768 to 32767'],
  ['int', '1; drop table t', 'it is not an integer'],
  ['numeric', '1,5', 'it is not a number'],
  ['float', 'one', 'it is not a number'],
  ['bool', 'o', 'it is not true or false'],
  ['date', 'soon', 'it is not a date'],
  ['date', '2023-02-29', 'there is no such day'],
  ['timestamptz', '2024-13-01 10:00', 'there is no such day'],
  ['uuid', 'a0eebc99', 'it is not a UUID'],
  ['jsonb', "{'a': 1}", 'it is not JSON'],
  ['text', 'a\0b', 'it contains a NUL byte, which PostgreSQL takes in no text'],
  ['my_type', '\0', 'it contains a NUL byte, which PostgreSQL takes in no text'],
  ['text', '\ud800', 'it contains half of a surrogate pair, which is no character'],
])('%s %j is refused', (type, value, reason) => {
  expect(checkValue(type, value)).toBe(reason)
})
