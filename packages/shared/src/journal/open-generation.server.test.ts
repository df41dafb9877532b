import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { parseBatch } from '../batch/parse-batch.ts'
import { claimJobs } from './claim-jobs.ts'
import { endWaiting } from './end-waiting.ts'
import { finishRun } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { openGeneration } from './open-generation.ts'
import { readFeed } from './read-feed.ts'
import { readGenerations } from './read-generations.ts'
import { readJob } from './read-job.ts'
import { readQueries } from './read-queries.ts'
import { readRun } from './read-run.ts'
import { requestCancel } from './request-cancel.ts'
import { settleAttempt, type Verdict } from './settle-attempt.ts'
import { submitRun } from './submit-run.ts'
import { nextDispatch } from './unfinished-runs.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

async function submit(run: string, onFailure: 'continue' | 'stop' = 'continue'): Promise<void> {
  const text = '-- name: good\nselect 1;\n-- name: bad\nselect 2;\n'
  const { queries } = await parseBatch(new TextEncoder().encode(text), 'b.sql')
  const names = { batch: run, file: 'b.sql', database: 'd', storeId: 's' }
  const submission = {
    run,
    key: null,
    ...names,
    private: false,
    slots: 1,
    publish: null,
    onFailure,
  }
  await submitRun(
    journal,
    submission,
    queries.map((query) => ({ ...query, arguments: [] })),
  )
}

/** Hands out what waits, and settles it: `good` succeeds, `bad` fails. */
async function runThrough(run: string, generation: number): Promise<void> {
  for (const { job, attempt, queries } of await claimJobs(journal, run, generation)) {
    const verdicts = queries.map(({ position, name }) => verdictOf(position, name, `${generation}/${job}`))
    const failed = queries.filter(({ name }) => name === 'bad').map(({ position }) => position)
    const rest = { worker: 'w', failed, workerLost: false, released: [], delayMs: 0 }
    await settleAttempt(journal, { attempt: { run, generation, job, attempt }, verdicts, ...rest })
  }
  await finishRun(journal, run, async () => {})
}

function verdictOf(position: number, name: string, key: string): Verdict {
  const times = { startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:02Z' }
  return name === 'good'
    ? {
        position,
        state: 'succeeded',
        artifact: { key, offset: 0, bytes: 2, rows: 1, sha256: 'x' },
        ...times,
        error: null,
      }
    : { position, state: 'failed', artifact: null, ...times, error: { code: 'QP_SQL_ERROR', message: 'no' } }
}

test('of many who retry a run at once, one opens its next generation, and nothing of it is begun twice', async () => {
  await submit('raced')
  await runThrough('raced', 1)
  const asked = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) =>
      openGeneration(journal, { run: 'raced', after: 1, by: `person ${n}`, slots: null }),
    ),
  )
  expect(asked.filter(({ status }) => status === 'fulfilled')).toMatchObject([{ value: 2 }])
  for (const one of asked) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'QP_RUN_NOT_OVER' })
  expect(await readRun(journal, 'raced')).toMatchObject({ generation: 2, state: 'queued', counts: { queued: 1 } })
})

test('a generation stays as it ended, whatever comes after it', async () => {
  await submit('kept')
  await runThrough('kept', 1)
  const before = await readRun(journal, 'kept')
  const queries = await readQueries(journal, before)
  await openGeneration(journal, { run: 'kept', after: 1, by: 'somebody', slots: 4 })
  expect(await readRun(journal, 'kept', 1)).toEqual(before)
  await runThrough('kept', 2)
  await openGeneration(journal, { run: 'kept', after: 2, by: 'somebody', slots: null })
  const [claimed] = await claimJobs(journal, 'kept', 3)
  await journal.pool.query(`UPDATE querypool.query SET running_since = now(), worker = 'new' WHERE run = 'kept'`)
  expect(await readRun(journal, 'kept', 1)).toEqual(before)
  expect(await readQueries(journal, before)).toEqual(queries)
  expect(await readGenerations(journal, before)).toMatchObject([
    { generation: 1, slots: 1 },
    { generation: 2, slots: 4 },
  ])
  const latest = await readQueries(journal, { run: 'kept', generation: 3 })
  expect(latest).toMatchObject([
    { ...queries[0], carriedFrom: 1 },
    { state: 'running', worker: 'new' },
  ])
  // The number of a job says to which generation it belongs.
  expect(claimed).toMatchObject({ generation: 3, job: 4, queries: [{ name: 'bad' }] })
  const { rows } = await journal.pool.query("SELECT failures FROM querypool.query WHERE run = 'kept' ORDER BY position")
  expect(rows).toEqual([{ failures: 0 }, { failures: 0 }])
})

test('nobody who works for an earlier generation can claim or settle in the latest one', async () => {
  await submit('late')
  await runThrough('late', 1)
  await openGeneration(journal, { run: 'late', after: 1, by: 'somebody', slots: null })
  expect(await claimJobs(journal, 'late', 1)).toEqual([])
  const [claimed] = await claimJobs(journal, 'late', 2)
  const job = claimed?.job ?? 0
  for (const late of [2, job]) {
    const attempt = { run: 'late', generation: 1, job: late, attempt: 1 }
    expect(await readJob(journal, attempt)).toMatchObject({ isCurrent: false })
    const verdicts = [verdictOf(1, 'good', 'late')]
    const rest = { worker: 'late', failed: [], workerLost: false, released: [], delayMs: 0 }
    expect(await settleAttempt(journal, { attempt, verdicts, ...rest })).toBe('stale')
  }
  expect(await readRun(journal, 'late')).toMatchObject({ generation: 2, counts: { succeeded: 1, queued: 1 } })
})

test('a run of which all has succeeded is not retried, nor one that is not over or not there', async () => {
  const retry = (run: string) => openGeneration(journal, { run, after: 1, by: 'somebody', slots: null })
  await submit('unfinished')
  await expect(retry('unfinished')).rejects.toMatchObject({ code: 'QP_RUN_NOT_OVER' })
  await expect(retry('absent')).rejects.toMatchObject({ code: 'QP_RUN_NOT_FOUND' })
  await submit('succeeded')
  await journal.pool.query("DELETE FROM querypool.query WHERE run = 'succeeded' AND name = 'bad'")
  await journal.pool.query("UPDATE querypool.run SET query_count = 1 WHERE id = 'succeeded'")
  await runThrough('succeeded', 1)
  await expect(retry('succeeded')).rejects.toMatchObject({ code: 'QP_NOTHING_TO_RETRY' })
  expect(await readRun(journal, 'succeeded')).toMatchObject({ generation: 1, state: 'succeeded' })
})

test('a run that a failure has stopped begins anew when it is retried, and can then be cancelled', async () => {
  await submit('stopped', 'stop')
  const claimed = await claimJobs(journal, 'stopped', 1)
  const attemptAt = (name: string) => {
    const { run, generation, job, attempt } = claimed.find(({ queries }) => queries[0]?.name === name) ?? {}
    return { run: run ?? '', generation: generation ?? 0, job: job ?? 0, attempt: attempt ?? 0 }
  }
  const rest = { worker: 'w', failed: [1], workerLost: false, released: [], delayMs: 0 }
  await settleAttempt(journal, { attempt: attemptAt('bad'), verdicts: [verdictOf(1, 'bad', '')], ...rest })
  await endWaiting(journal, 'stopped', [attemptAt('good')])
  expect(await finishRun(journal, 'stopped', async () => {})).toBe('failed')
  expect(await readRun(journal, 'stopped')).toMatchObject({ stoppedBy: 'bad', counts: { failed: 1, skipped: 1 } })
  await openGeneration(journal, { run: 'stopped', after: 1, by: 'somebody', slots: null })
  expect(await readRun(journal, 'stopped')).toMatchObject({ generation: 2, stoppedAt: null, counts: { queued: 2 } })
  expect(await claimJobs(journal, 'stopped', 2)).toHaveLength(2)
  expect(await requestCancel(journal, 'stopped', 'somebody')).toBe('asked')
})

test('what is cancelled before its generation has begun needs nobody else', async () => {
  await submit('unbegun')
  await runThrough('unbegun', 1)
  await openGeneration(journal, { run: 'unbegun', after: 1, by: 'somebody', slots: null })
  expect(await requestCancel(journal, 'unbegun', 'somebody')).toBe('unbegun')
  expect(await finishRun(journal, 'unbegun', async () => {})).toBe('cancelled')
})

test('the feed has no result twice, and of each query the latest', async () => {
  await submit('fed')
  await runThrough('fed', 1)
  const first = await readFeed(journal, 'fed', '0')
  expect(first).toMatchObject([{ name: 'good' }, { name: 'bad' }])
  await openGeneration(journal, { run: 'fed', after: 1, by: 'somebody', slots: null })
  await runThrough('fed', 2)
  const behind = await readFeed(journal, 'fed', first[1]?.feed ?? '')
  expect(behind).toMatchObject([{ name: 'bad', state: 'failed' }])
  expect(await readFeed(journal, 'fed', '0')).toEqual([first[0], ...behind])
})

test('only the generation that goes on is handed out again', async () => {
  await submit('compared')
  expect(await nextDispatch(journal, 'compared', 1)).toBe(2)
  await runThrough('compared', 1)
  expect(await nextDispatch(journal, 'compared', 1)).toBeNull()
  await openGeneration(journal, { run: 'compared', after: 1, by: 'somebody', slots: null })
  expect(await nextDispatch(journal, 'compared', 1)).toBeNull()
  expect(await nextDispatch(journal, 'compared', 2)).toBe(3)
})
