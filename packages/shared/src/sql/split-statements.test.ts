import { expect, test } from 'vitest'
import { splitStatements } from './split-statements.ts'

function statements(text: string): string[] {
  const split = splitStatements(text, (comment) => comment.startsWith('-- name:'))
  return split.statements.map(({ start, end }) => text.slice(start, end))
}

test.each([
  ['select 1;;; select 2 ; -- c\n', ['select 1', 'select 2']],
  ["select ';' ; select (1;2)", ["select ';'", 'select (1;2)']],
  ['select 1 -- name: x\n, 2', ['select 1 -- name: x\n, 2']],
  ['select 1\n -- name: x\nselect 2', ['select 1', 'select 2']],
  [
    'create or replace function f() returns int begin atomic select case when a then 1 end; select 2; end; select 3',
    [
      'create or replace function f() returns int begin atomic select case when a then 1 end; select 2; end',
      'select 3',
    ],
  ],
  ['create table begin (a int); select 1', ['create table begin (a int)', 'select 1']],
  ['/*+ a */ /* b */ select 1; /* c */ select 2', ['/*+ a */ /* b */ select 1', 'select 2']],
  ['select 1 \\g\nselect 2', ['select 1', 'select 2']],
  [')) select (1); select 2', [')) select (1)', 'select 2']],
])('%j', (text, expected) => {
  expect(statements(text)).toEqual(expected)
})
