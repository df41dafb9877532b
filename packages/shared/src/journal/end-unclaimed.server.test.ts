import { beforeAll, describe, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import type { BoundQuery, IdenticalMode } from '../batch/index.ts'
import { claimJobs } from './claim-jobs.ts'
import { endMoreUnclaimed, endUnclaimedAgain } from './end-unclaimed.ts'
import { endWaiting } from './end-waiting.ts'
import { finishRun } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { openGeneration } from './open-generation.ts'
import { readQueriesPart } from './read-queries.ts'
import { readRun } from './read-run.ts'
import { readWaiting } from './read-waiting.ts'
import { requestCancel } from './request-cancel.ts'
import { submitRun } from './submit-run.ts'
import { readOpenAttempts } from './unfinished-runs.ts'

const count = 45_000
const nothing = async (): Promise<void> => {}

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

function* queries(): Generator<BoundQuery> {
  const rest = {
    line: 1,
    column: 1,
    parameters: [],
    slots: [],
    arguments: [],
    timeoutMs: null,
    retries: null,
    maxRows: null,
    maxBytes: null,
    cacheMs: null,
    tags: [],
    needs: [],
  }
  for (let position = 0; position < count; position++)
    yield { name: `q${position}`, position, sql: 'select 1', effect: 'read', expectMs: 1000, ...rest }
}

async function submit(
  run: string,
  given: Iterable<BoundQuery> = queries(),
  identical: IdenticalMode = 'each',
): Promise<void> {
  const names = { run, batch: 'b', file: 'b.sql', database: 'd', storeId: 's' }
  const rest = { key: null, private: false, slots: 2, publish: null, onFailure: 'continue' as const }
  await submitRun(journal, { ...names, ...rest, identical }, given)
}

/** What the results themselves say. */
async function countResults(run: string): Promise<Record<string, number>> {
  const { rows } = await journal.pool.query<{ state: string; n: number }>(
    `SELECT x.state, count(*)::int AS n FROM querypool.result x JOIN querypool.run r ON r.id = x.run
     WHERE x.run = $1 AND x.generation = r.generation GROUP BY x.state`,
    [run],
  )
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
}

describe('a run with many queries that nobody has claimed', () => {
  test('is cancelled in parts, by any number at once, and counts exactly what was ended', async () => {
    await submit('large')
    const claimed = (await claimJobs(journal, 'large', 1)).flatMap((job) => job.queries)
    expect(await readWaiting(journal, 'large')).toMatchObject({
      unclaimed: count - claimed.length,
      ready: claimed.length,
    })
    expect(await requestCancel(journal, 'large', 'somebody')).toBe('asked')
    expect(await claimJobs(journal, 'large', 1)).toEqual([])
    const first = (await readRun(journal, 'large')).counts
    expect(first).toMatchObject({ cancelled: 20_000, queued: count - 20_000 })
    expect(await countResults('large')).toEqual({ cancelled: 20_000 })

    const end = async (): Promise<void> => {
      while (await endMoreUnclaimed(journal, 'large', 1));
    }
    await Promise.all([end(), end(), end()])
    const left = (await readRun(journal, 'large')).counts
    expect(left).toMatchObject({ cancelled: count - claimed.length, queued: claimed.length })
    expect(await countResults('large')).toEqual({ cancelled: left.cancelled })
    expect(await finishRun(journal, 'large', nothing)).toBeNull()

    await endWaiting(journal, 'large', await readOpenAttempts(journal, { run: 'large', generation: 1 }))
    expect(await finishRun(journal, 'large', nothing)).toBe('cancelled')
    const over = await readRun(journal, 'large')
    expect(over).toMatchObject({ state: 'cancelled', counts: { cancelled: count, queued: 0 } })
    expect(await readQueriesPart(journal, over, { state: 'not succeeded', from: count - 1, most: 10 })).toMatchObject([
      { position: count - 1, state: 'cancelled', attempts: 0, error: { code: 'QP_CANCELLED' } },
    ])
  })

  test('can be run again, all of it', async () => {
    expect(await openGeneration(journal, { run: 'large', after: 1, by: 'somebody', slots: null })).toBe(2)
    expect((await readRun(journal, 'large')).counts).toMatchObject({ cancelled: 0, queued: count })
    expect((await readRun(journal, 'large', 1)).counts).toMatchObject({ cancelled: count, queued: 0 })
    expect((await claimJobs(journal, 'large', 2)).length).toBeGreaterThan(0)
  })

  test('ends although a job gives something back after all others were ended', async () => {
    await submit('late')
    await claimJobs(journal, 'late', 1)
    await requestCancel(journal, 'late', 'somebody')
    while (await endMoreUnclaimed(journal, 'late', 1));
    const attempts = await readOpenAttempts(journal, { run: 'late', generation: 1 })
    // As an attempt does whose settling began before the cancel.
    await journal.pool.query('UPDATE querypool.query SET job = NULL WHERE run = $1 AND job = $2', [
      'late',
      attempts[0]?.job,
    ])
    await endWaiting(journal, 'late', attempts)
    expect(await finishRun(journal, 'late', nothing)).toBeNull()
    expect(await endMoreUnclaimed(journal, 'late', 1)).toBe(false)
    await endUnclaimedAgain(journal, 'late', 1)
    while (await endMoreUnclaimed(journal, 'late', 1));
    expect(await finishRun(journal, 'late', nothing)).toBe('cancelled')
    expect(await countResults('late')).toEqual({ cancelled: count })
  })

  test('is ended in parts with all that wait for the result of another one, and does all of it once in a retry', async () => {
    // The second half is the same as the first, so that nothing of the first part has its twin in that.
    const kinds = count / 2
    const twins = [...queries()].map((query) => ({ ...query, sql: `select ${query.position % kinds}` }))
    await submit('twins', twins, 'once')
    const claimed = (await claimJobs(journal, 'twins', 1)).flatMap((job) => job.queries)
    expect(await readWaiting(journal, 'twins')).toMatchObject({
      unclaimed: kinds - claimed.length,
      ready: claimed.length,
    })
    // Of some it is still to be seen whether another has their result.
    await journal.pool.query("UPDATE querypool.query SET job = -1 WHERE run = 'twins' AND job = 0 AND position > 40000")
    await requestCancel(journal, 'twins', 'somebody')
    expect((await readRun(journal, 'twins')).counts.queued).toBeGreaterThan(0)
    while (await endMoreUnclaimed(journal, 'twins', 1));
    const left = (await readRun(journal, 'twins')).counts
    expect(left).toMatchObject({ cancelled: count - 2 * claimed.length, queued: 2 * claimed.length })
    expect(await countResults('twins')).toEqual({ cancelled: left.cancelled })
    await endWaiting(journal, 'twins', await readOpenAttempts(journal, { run: 'twins', generation: 1 }))
    expect(await finishRun(journal, 'twins', nothing)).toBe('cancelled')
    expect(await countResults('twins')).toEqual({ cancelled: count })

    await openGeneration(journal, { run: 'twins', after: 1, by: 'somebody', slots: null })
    const { rows } = await journal.pool.query<{ job: number | null; n: number }>(
      "SELECT job, count(*)::int AS n FROM querypool.query WHERE run = 'twins' GROUP BY job ORDER BY job",
    )
    expect(rows).toEqual([
      { job: -1, n: kinds },
      { job: null, n: kinds },
    ])
  })
})
