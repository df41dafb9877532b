import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { parseBatch } from '../batch/parse-batch.ts'
import { windowOfJobs } from '../run/index.ts'
import { claimJobs } from './claim-jobs.ts'
import type { Journal } from './journal.ts'
import { submitRun } from './submit-run.ts'

const run = 'claimed-by-many'
const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

test('a window is not overfilled by several who claim at once', async () => {
  const window = windowOfJobs(1)
  const text = Array.from({ length: 3 * window }, (_, n) => `-- name: q${n}\nselect ${n};\n`).join('')
  const { queries } = await parseBatch(new TextEncoder().encode(text), 'b.sql')
  const names = { batch: 'b', file: 'b.sql', database: 'd', storeId: 's' }
  const submission = {
    run,
    key: null,
    ...names,
    private: true,
    slots: 1,
    publish: null,
    onFailure: 'continue' as const,
  }
  await submitRun(
    journal,
    submission,
    queries.map((query) => ({ ...query, arguments: [] })),
  )
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claimJobs(journal, run, 1)))
  expect(claimed.flat()).toHaveLength(window)
  const { rows } = await journal.pool.query('SELECT count(*)::int AS open FROM querypool.job WHERE NOT settled')
  expect(rows).toEqual([{ open: window }])
})
