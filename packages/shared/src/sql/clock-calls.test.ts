import { expect, test } from 'vitest'
import { clockCalls } from './clock-calls.ts'
import { parseStatements } from './parse-statements.ts'

async function callsOf(sql: string): Promise<string[]> {
  const [parsed] = await parseStatements([sql])
  if (parsed?.kind !== 'parsed') throw new Error(`${sql} is not parsed`)
  return clockCalls(parsed.tree)
}

test.each([
  ['select now()', ['now()']],
  ["select * from t where at > pg_catalog.now() - interval '1 day'", ['now()']],
  ['with a as (select current_date) select a.*, localtimestamp(3) from a', ['current_date', 'localtimestamp']],
  ["select 'today'::date, timestamptz 'now', cast(' Yesterday ' as timestamp)", ["'now'", "'today'", "'yesterday'"]],
  ['select age(born) from people', ['age()']],
  [
    'select clock_timestamp(), statement_timestamp(), timeofday()',
    ['clock_timestamp()', 'statement_timestamp()', 'timeofday()'],
  ],
])('%s asks the clock', async (sql, calls) => {
  expect(await callsOf(sql)).toEqual(calls)
})

test.each([
  "select 'now', 'today'::text, current_user",
  'select age(died, born) from people',
  'select "now" from t',
  "select '2026-01-01'::date + 1",
])('%s does not', async (sql) => {
  expect(await callsOf(sql)).toEqual([])
})
