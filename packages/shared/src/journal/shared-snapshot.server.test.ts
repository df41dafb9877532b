import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import { claimJobs, readOpenJobs } from './claim-jobs.ts'
import { failRun } from './fail-run.ts'
import { finishRun } from './finish-run.ts'
import { followRun } from './follow-run.ts'
import type { Journal } from './journal.ts'
import { loseSnapshot } from './lose-snapshot.ts'
import { openGeneration } from './open-generation.ts'
import { readUnsent } from './publications.ts'
import { readFeed } from './read-feed.ts'
import { readJob } from './read-job.ts'
import { readResultRecords } from './read-result-records.ts'
import { readRun } from './read-run.ts'
import { registerHolder } from './register-holder.ts'
import { requestCancel } from './request-cancel.ts'
import { type Settled, settleAttempt } from './settle-attempt.ts'
import { submitRun } from './submit-run.ts'
import { markReleased, readUnreleased } from './unreleased-snapshots.ts'

const ownJournal = useOwnJournal()
let journal: Journal
let run: string

const origin = { lsn: '0/1', takenAt: new Date(), server: '1.5' }
const times = { startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:02Z' }

beforeAll(() => {
  journal = ownJournal()
})

beforeEach(async () => {
  run = newRunId()
  const names = { batch: 'b', file: 'b', database: 'd', storeId: 's', publish: `queue-${run}` }
  const modes = { onFailure: 'continue' as const, snapshot: 'shared' as const }
  await submitRun(
    journal,
    { run, key: null, ...names, private: true, slots: 1, ...modes },
    await defineQueries(['select 0', 'select 1']),
  )
})

/** Settles a job as succeeded. */
async function succeed(generation: number, job: number, position: number): Promise<Settled> {
  const artifact = { key: `${run}/${generation}/${job}/1/rows.csv`, offset: 0, bytes: 2, rows: 1, sha256: 'x' }
  return settleAttempt(journal, {
    attempt: { run, generation, job, attempt: 1 },
    worker: 'w',
    verdicts: [{ position, state: 'succeeded', artifact, ...times, error: null }],
    failed: [],
    workerLost: false,
    released: [],
    delayMs: 0,
  })
}

async function succeedAll(generation: number): Promise<void> {
  for (const { job, queries } of await readOpenJobs(journal, run))
    await succeed(generation, job, queries[0]?.position ?? 0)
}

const finish = () => finishRun(journal, run, async () => {})
const feed = async () => (await readFeed(journal, run, '0')).map(({ position, artifact }) => [position, artifact])
const unsent = async () => (await readUnsent(journal, `queue-${run}`, run, 100)).map(({ generation }) => generation)
const register = (place: number, isNew: boolean, generation = 1) =>
  registerHolder(journal, { run, generation }, { place, id: `id-${place}`, pid: place }, isNew ? origin : null)

test('a generation has one snapshot, whoever takes one first, and two who hold it', async () => {
  const asked = await Promise.all(Array.from({ length: 6 }, () => register(1, true)))
  expect(asked.filter(Boolean)).toHaveLength(1)
  expect(await register(2, false)).toBe(true)
  expect((await readRun(journal, run)).snapshot).toMatchObject({ id: 'id-1', lsn: '0/1', holders: 2 })
  const [unreleased] = await readUnreleased(journal, run)
  expect(unreleased).toMatchObject({ generation: 1, need: 'wanted', server: '1.5' })
  await markReleased(journal, run, 1)
  expect(await readUnreleased(journal, run)).toEqual([])
})

test('nothing is claimed before the snapshot is taken', async () => {
  expect(await claimJobs(journal, run, 1)).toEqual([])
  expect((await readRun(journal, run)).state).toBe('queued')
  await register(1, true)
  expect(await claimJobs(journal, run, 1)).toHaveLength(2)
})

test('nobody holds a snapshot for a run that was cancelled', async () => {
  await requestCancel(journal, run, 'somebody')
  expect(await register(1, true)).toBe(false)
})

test('results are in the feed and in the outbox when the generation has ended, and not before', async () => {
  await register(1, true)
  await claimJobs(journal, run, 1)
  await succeedAll(1)
  expect(await feed()).toEqual([])
  expect(await unsent()).toEqual([])
  expect(await finish()).toBe('succeeded')
  expect(await feed()).toHaveLength(2)
  expect(await unsent()).toEqual([1, 1])
  for await (const page of readResultRecords(journal, { run, generation: 1 }))
    for (const { snapshot } of page) expect(snapshot).toMatchObject({ id: 'id-1', lsn: '0/1' })
})

test('when a snapshot is lost, all queries run again, and nothing of the old one is published or settled any more', async () => {
  await register(1, true)
  const [first, second] = await claimJobs(journal, run, 1)
  await succeed(1, first?.job ?? 0, 0)
  const lost = await Promise.all(Array.from({ length: 4 }, () => loseSnapshot(journal, run, 1)))
  expect(lost.filter(Boolean)).toHaveLength(1)
  expect(await readRun(journal, run)).toMatchObject({ generation: 2, state: 'queued', counts: { queued: 2 } })
  expect(await readRun(journal, run, 1)).toMatchObject({
    state: 'partial',
    superseded: true,
    counts: { succeeded: 1, failed: 1 },
  })
  expect((await followRun(journal, run, 1)).generation).toBe(2)
  expect(await succeed(1, second?.job ?? 0, 1)).toBe('stale')
  expect(await claimJobs(journal, run, 2)).toEqual([])
  await register(1, true, 2)
  const again = await claimJobs(journal, run, 2)
  expect(again.map(({ sharedSnapshot }) => sharedSnapshot)).toEqual([true, true])
  expect((await readUnreleased(journal, run)).map(({ generation, need }) => [generation, need])).toEqual([
    [1, 'past'],
    [2, 'wanted'],
  ])
  await succeedAll(2)
  expect(await finish()).toBe('succeeded')
  expect((await feed()).map(([, artifact]) => artifact?.toString().split('/')[1])).toEqual(['2', '2'])
  expect(await unsent()).toEqual([2, 2])
})

test('a generation in which nothing is left to do needs its snapshot no more', async () => {
  await register(1, true)
  await claimJobs(journal, run, 1)
  await succeedAll(1)
  expect(await loseSnapshot(journal, run, 1)).toBe(false)
  expect(await finish()).toBe('succeeded')
})

test('after the third loss what has no result fails, and what has succeeded stays', async () => {
  for (const generation of [1, 2]) expect(await loseSnapshot(journal, run, generation)).toBe(true)
  await register(1, true, 3)
  const [first, second] = await claimJobs(journal, run, 3)
  await succeed(3, first?.job ?? 0, 0)
  expect(await loseSnapshot(journal, run, 3)).toBe(true)
  const job = await readJob(journal, { run, generation: 3, job: second?.job ?? 0, attempt: 1 })
  expect(job?.ending).toMatchObject({ why: 'failed', error: { code: 'QP_SNAPSHOT_LOST' } })
  expect((await readUnreleased(journal, run)).at(-1)).toMatchObject({ generation: 3, need: 'ending' })
})

test('a run that cannot go on fails with the reason, also what nobody has taken', async () => {
  await failRun(journal, run, 1, { code: 'QP_SNAPSHOT_POOLER', message: 'no' })
  expect(await finish()).toBe('failed')
  expect(await readRun(journal, run)).toMatchObject({
    counts: { failed: 2 },
    stoppedError: { code: 'QP_SNAPSHOT_POOLER' },
  })
})

test('a retry takes a new snapshot and carries nothing over', async () => {
  await register(1, true)
  const [first] = await claimJobs(journal, run, 1)
  await succeed(1, first?.job ?? 0, 0)
  await failRun(journal, run, 1, { code: 'QP_SNAPSHOT_LOST', message: 'no' })
  await journal.pool.query(
    "INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at) VALUES ($1, 1, 1, 'failed', 1, now())",
    [run],
  )
  expect(await finish()).toBe('partial')
  expect(await openGeneration(journal, { run, after: 1, by: 'me', slots: null })).toBe(2)
  expect(await readRun(journal, run)).toMatchObject({ counts: { queued: 2, succeeded: 0 }, stoppedError: null })
  await register(1, true, 2)
  await claimJobs(journal, run, 2)
  await succeedAll(2)
  expect(await finish()).toBe('succeeded')
  await expect(openGeneration(journal, { run, after: 2, by: 'me', slots: null })).rejects.toMatchObject({
    code: 'QP_NOTHING_TO_RETRY',
  })
})
