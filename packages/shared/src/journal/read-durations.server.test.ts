import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries, type QueryDefinition } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import { claimJobs } from './claim-jobs.ts'
import type { Journal } from './journal.ts'
import { noteCosts, readUnknown } from './note-costs.ts'
import { readEstimates, readLastDatabase } from './read-durations.ts'
import { settleAttempt } from './settle-attempt.ts'
import { submitRun } from './submit-run.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

test('what a query took is known for the next run of its batch on the same database, and nowhere else', async () => {
  await runOnce('nightly', [{ name: 'sales', sql: 'select 1' }], [1500])
  await runOnce('nightly', [{ name: 'sales', sql: 'select 1' }], [1700])
  const asked = await defineQueries([{ name: 'sales', sql: 'select 1' }])
  const known = { basis: 'measured', expectedMs: 1600, measuredMs: [1700, 1500] }
  expect(await readEstimates(journal.pool, { database: 'main', batch: 'nightly' }, asked)).toEqual([known])
  for (const elsewhere of [
    { database: 'other', batch: 'nightly' },
    { database: 'main', batch: 'hourly' },
  ])
    expect(await readEstimates(journal.pool, elsewhere, asked)).toMatchObject([{ basis: 'unknown' }])
  expect(await readLastDatabase(journal.pool, 'nightly')).toBe('main')
  expect(await readLastDatabase(journal.pool, 'never')).toBeNull()
})

test('the durations with the same values of parameters count before those with others, and those before another SQL', async () => {
  const of = (year: number, sql = 'select :year'): QueryDefinition => ({ name: 'closing', sql, params: { year } })
  await runOnce('month', [of(2024)], [9000])
  await runOnce('month', [of(2025)], [100])
  const expected = async (query: QueryDefinition): Promise<unknown> => {
    const asked = await defineQueries([query])
    return (await readEstimates(journal.pool, { database: 'main', batch: 'month' }, asked))[0]
  }
  expect(await expected(of(2024))).toMatchObject({ basis: 'measured', expectedMs: 9000 })
  expect(await expected(of(2025))).toMatchObject({ basis: 'measured', expectedMs: 100 })
  expect(await expected(of(2026))).toMatchObject({ basis: 'measured', expectedMs: 4550 })
  expect(await expected(of(2025, 'select :year + 1'))).toMatchObject({ basis: 'changed', expectedMs: 4550 })
})

test('queries are claimed unknown ones first, by their costs, then the longest, then as in the file', async () => {
  await runOnce(
    'mixed',
    [
      { name: 'short', sql: 'select 1' },
      { name: 'long', sql: 'select 2' },
    ],
    [10, 5000],
  )
  const run = await submit('mixed', [
    { name: 'short', sql: 'select 1' },
    { name: 'new_small', sql: 'select 3' },
    { name: 'long', sql: 'select 2' },
    { name: 'new_large', sql: 'select 4' },
    { name: 'guessed', sql: 'select 5', expectMs: 800 },
  ])
  const unknown = await readUnknown(journal, run, 1, 2)
  expect(unknown.map(({ position }) => position)).toEqual([1, 3])
  expect(await readUnknown(journal, run, 1, 1), 'too many').toEqual([])
  await noteCosts(
    journal,
    run,
    new Map([
      [3, 4],
      [1, 0],
    ]),
  )
  const claimed = await claimJobs(journal, run, 1)
  expect(claimed.flatMap(({ queries }) => queries.map(({ name }) => name))).toEqual([
    'new_large',
    'new_small',
    'long',
    'guessed',
    'short',
  ])
  expect(await readUnknown(journal, run, 1, 2), 'claimed').toEqual([])
})

test('fifteen durations are kept of a query, however often it runs', async () => {
  for (let n = 1; n <= 17; n++) await runOnce('often', [{ name: 'q', sql: 'select 1' }], [100 * n])
  const { rows } = await journal.pool.query("SELECT recent_ms FROM querypool.duration WHERE batch = 'often'")
  expect(rows).toEqual([{ recent_ms: Array.from({ length: 15 }, (_, n) => 100 * (17 - n)) }])
})

test('what took next to nothing, as was expected, is not noted', async () => {
  const learned = async (sql: string, ms: number): Promise<unknown> => {
    await runOnce('tiny', [{ name: 'q', sql }], [ms])
    return (await journal.pool.query("SELECT recent_ms FROM querypool.duration WHERE batch = 'tiny'")).rows[0].recent_ms
  }
  expect(await learned('select 1', 1)).toEqual([1])
  expect(await learned('select 1', 2), 'the same').toEqual([1])
  expect(await learned('select 2', 2), 'another text').toEqual([1])
  expect(await learned('select 2', 30), 'longer').toEqual([30, 1])
  expect(await learned('select 2', 1), 'short again').toEqual([1, 30, 1])
})

/** Submits a run, and records that its queries took so long. */
async function runOnce(batch: string, queries: readonly QueryDefinition[], tookMs: readonly number[]): Promise<void> {
  const run = await submit(batch, queries)
  const finishedAt = new Date()
  for (const { job, queries: claimed } of await claimJobs(journal, run, 1))
    await settleAttempt(journal, {
      attempt: { run, generation: 1, job, attempt: 1 },
      worker: 'w',
      verdicts: claimed.map(({ position }) => ({
        position,
        state: 'succeeded',
        artifact: { key: 'k', offset: 0, bytes: 0, rows: 0, sha256: '' },
        startedAt: new Date(finishedAt.getTime() - (tookMs[position] ?? 0)).toISOString(),
        finishedAt: finishedAt.toISOString(),
        error: null,
      })),
      failed: [],
      workerLost: false,
      released: [],
      delayMs: 0,
    })
}

async function submit(batch: string, queries: readonly QueryDefinition[]): Promise<string> {
  const run = newRunId()
  const rest = { key: null, file: 'f', storeId: 's', private: true, slots: 1, publish: null }
  await submitRun(
    journal,
    { run, batch, database: 'main', ...rest, onFailure: 'continue' },
    await defineQueries(queries),
  )
  return run
}
