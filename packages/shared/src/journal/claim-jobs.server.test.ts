import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { parseBatch } from '../batch/parse-batch.ts'
import { windowOfJobs, windowOfUnknown } from '../run/index.ts'
import { claimJobs } from './claim-jobs.ts'
import type { Journal } from './journal.ts'
import { submitRun } from './submit-run.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

/** Submits queries of one slot; each with the options that are given as comments. */
async function submit(run: string, count: number, options: (n: number) => string = () => ''): Promise<void> {
  const text = Array.from({ length: count }, (_, n) => `-- name: q${n}\n${options(n)}select ${n};\n`).join('')
  const { queries } = await parseBatch(new TextEncoder().encode(text), 'b.sql')
  const names = { batch: run, file: 'b.sql', database: 'd', storeId: 's' }
  const rest = { key: null, private: true, slots: 1, publish: null, onFailure: 'continue' as const }
  await submitRun(
    journal,
    { run, ...names, ...rest },
    queries.map((query) => ({ ...query, arguments: [] })),
  )
}

async function countOpen(run: string): Promise<number> {
  const { rows } = await journal.pool.query(
    'SELECT count(*)::int AS open FROM querypool.job WHERE run = $1 AND NOT settled',
    [run],
  )
  return rows[0].open
}

test('a window is not overfilled by several who claim at once', async () => {
  const window = windowOfJobs(1)
  await submit('by-many', 3 * window, () => '-- expect: 1s\n')
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claimJobs(journal, 'by-many', 1)))
  expect(claimed.flat()).toHaveLength(window)
  expect(await countOpen('by-many')).toBe(window)
})

test('of a larger run of which nothing is known only a few queries are handed out at first', async () => {
  await submit('unknown', 1000)
  const claimed = await claimJobs(journal, 'unknown', 1)
  expect(claimed).toHaveLength(windowOfUnknown(1))
  expect(claimed.length).toBeLessThan(50)
  expect(claimed.every(({ queries }) => queries.length === 1)).toBe(true)
})

test('short queries are put together by what is expected of them, and by what the run has shown', async () => {
  await submit('short', 1000, (n) => `-- expect: ${n < 20 ? '1s' : '2ms'}\n`)
  const claimed = await claimJobs(journal, 'short', 1)
  const sizes = claimed.map(({ queries }) => queries.length)
  // The long ones first, each alone.
  expect(sizes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 1))
  expect(sizes.slice(20).reduce((sum, size) => sum + size, 0)).toBe(980)
  expect(Math.max(...sizes)).toBe(250)

  await submit('shown', 1000)
  const [first] = await claimJobs(journal, 'shown', 1)
  await journal.pool.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, started_at, finished_at)
     SELECT run, 1, position, 'succeeded', 1, now(), now() + interval '3 ms' FROM querypool.query WHERE run = 'shown' AND job IS NOT NULL`,
  )
  await journal.pool.query(`UPDATE querypool.job SET settled = true WHERE run = 'shown'`)
  const next = await claimJobs(journal, 'shown', 1)
  expect(first?.queries).toHaveLength(1)
  expect(next[0]?.queries.length).toBeGreaterThan(50)
})
