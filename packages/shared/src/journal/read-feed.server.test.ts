import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { readFeed } from './read-feed.ts'
import { submitRun } from './submit-run.ts'

const ownJournal = useOwnJournal()
let journal: Journal
let run: string

beforeAll(() => {
  journal = ownJournal()
})

beforeEach(async () => {
  run = newRunId()
  const names = { batch: 'b', file: 'b', database: 'd', storeId: 's' }
  const queries = await defineQueries(['select 0', 'select 1', 'select 2'])
  await submitRun(
    journal,
    { run, key: null, ...names, private: false, slots: 1, publish: null, onFailure: 'continue' as const },
    queries,
  )
})

test('a result that is committed late is not skipped, though one behind it was visible first', async () => {
  const slow = await beginResult(0)
  await (await beginResult(1)).end('COMMIT')
  const reading = readFeed(journal, run, '0')
  await passTime()
  await slow.end('COMMIT')
  expect((await reading).map(({ position }) => position)).toEqual([0, 1])
})

test('a result that is never committed holds nobody up for longer than its transaction', async () => {
  const slow = await beginResult(0)
  await (await beginResult(1)).end('COMMIT')
  const reading = readFeed(journal, run, '0')
  await slow.end('ROLLBACK')
  expect((await reading).map(({ position }) => position)).toEqual([1])
})

test('the feed goes on behind a place, to which later results come in order', async () => {
  await (await beginResult(2)).end('COMMIT')
  const [first] = await readFeed(journal, run, '0')
  expect(first).toMatchObject({ position: 2, name: 'query_3', state: 'succeeded', rows: 3 })
  expect(await readFeed(journal, run, first?.feed ?? '')).toEqual([])
  await (await beginResult(0)).end('COMMIT')
  await (await beginResult(1)).end('COMMIT')
  expect((await readFeed(journal, run, first?.feed ?? '')).map(({ position }) => position)).toEqual([0, 1])
})

/** Inserts a result in a transaction that stays open. */
async function beginResult(position: number): Promise<{ end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> }> {
  const client = await journal.pool.connect()
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, rows, finished_at)
     VALUES ($1, 1, $2, 'succeeded', 1, 3, now())`,
    [run, position],
  )
  return {
    end: async (how) => {
      await client.query(how)
      client.release()
    },
  }
}

/** Long enough for a reader that does not wait to have read. */
async function passTime(): Promise<void> {
  for (let times = 0; times < 50; times++) await journal.pool.query('SELECT 1')
}
