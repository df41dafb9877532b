import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries, type IdenticalMode, type QueryDefinition } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import { claimJobs, readOpenJobs } from './claim-jobs.ts'
import { endUnconfirmed } from './end-unconfirmed.ts'
import { endWaiting } from './end-waiting.ts'
import { finishRun } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { loseSnapshot } from './lose-snapshot.ts'
import { openGeneration } from './open-generation.ts'
import { openInput } from './open-input.ts'
import { readUnsent } from './publications.ts'
import { readFeed } from './read-feed.ts'
import { type QueryView, readQueries } from './read-queries.ts'
import { readWaiting } from './read-waiting.ts'
import { registerHolder } from './register-holder.ts'
import { markRemovable } from './remove-run.ts'
import { requestCancel } from './request-cancel.ts'
import { settleAttempt } from './settle-attempt.ts'
import { readAsking, shareResults } from './share-results.ts'
import { type Submission, submitRun } from './submit-run.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

interface Modes {
  readonly database?: string
  readonly identical?: IdenticalMode
  readonly snapshot?: 'own' | 'shared'
  readonly onFailure?: 'continue' | 'stop'
  readonly takesCached?: boolean
  readonly seenAs?: string
  readonly publish?: string
}

function submission(modes: Modes): Submission {
  const names = { batch: 'b', file: 'b', database: 'd', storeId: 's', publish: null }
  return { run: newRunId(), key: null, ...names, private: false, slots: 4, onFailure: 'continue', ...modes }
}

async function submit(queries: readonly (string | QueryDefinition)[], modes: Modes = {}): Promise<string> {
  const { run } = await submitRun(journal, submission(modes), await defineQueries(queries))
  return run
}

/** Looks for results of others, as an overseer does before it hands out queries. */
async function share(run: string, generation = 1): Promise<void> {
  const asking = await readAsking(journal, run, 's', 100)
  if (asking.length > 0) await shareResults(journal, run, generation, asking)
}

/** Hands out what waits, and gives the names of that. */
async function handOut(run: string, generation = 1): Promise<string[]> {
  await share(run, generation)
  const jobs = await claimJobs(journal, run, generation)
  return jobs.flatMap(({ queries }) => queries.map(({ name }) => name))
}

/** Settles what is handed out. */
async function settle(run: string, state: 'succeeded' | 'failed' = 'succeeded', startedAt = new Date()): Promise<void> {
  for (const { generation, job, attempt, queries } of await readOpenJobs(journal, run)) {
    const times = { startedAt: startedAt.toISOString(), finishedAt: new Date(startedAt.getTime() + 1000).toISOString() }
    const artifact = { key: `${run}/${generation}/${job}/rows.csv`, offset: 0, bytes: 2, rows: 1, sha256: 'x' }
    const error = { code: 'QP_SQL_ERROR', message: 'no', sqlState: '22012', offset: 3 }
    const verdicts = queries.map(({ position }) =>
      state === 'succeeded'
        ? { position, state, artifact, ...times, error: null }
        : { position, state, artifact: null, ...times, error },
    )
    const failed = state === 'failed' ? queries.map(({ position }) => position) : []
    const rest = { worker: 'w', verdicts, failed, workerLost: false, released: [], delayMs: 0 }
    await settleAttempt(journal, { attempt: { run, generation, job, attempt }, ...rest })
  }
}

const finish = (run: string) => finishRun(journal, run, async () => {})

async function runThrough(run: string, state: 'succeeded' | 'failed' = 'succeeded'): Promise<string[]> {
  const names = await handOut(run)
  await settle(run, state)
  await finish(run)
  return names
}

async function queriesOf(run: string, generation = 1): Promise<QueryView[]> {
  return readQueries(journal, { run, generation })
}

async function shown(run: string, generation = 1): Promise<unknown[]> {
  return (await queriesOf(run, generation)).map(({ name, state, sharedFrom }) => [
    name,
    state,
    sharedFrom?.query ?? null,
  ])
}

const day = 24 * 3600 * 1000
const cached = (sql: string, cacheMs = day): QueryDefinition => ({ name: 'q', sql, cacheMs })
const three = ['select 1', 'select 2', 'select 1', 'select 1']

test('reads of a run that are the same are handed out once, and all get the result', async () => {
  const run = await submit(three, { identical: 'once', publish: 'queue' })
  expect(await handOut(run)).toEqual(['query_1', 'query_2'])
  expect(await readWaiting(journal, run)).toMatchObject({ unclaimed: 0, ready: 2 })
  expect(await finish(run)).toBeNull()
  await settle(run)
  const [first, second, third] = await queriesOf(run)
  expect(first).toMatchObject({ attempts: 1, sharedFrom: null, rows: 1 })
  expect(second?.sharedFrom).toBeNull()
  expect(third).toMatchObject({ attempts: 0, rows: 1, sharedFrom: { run, query: 'query_1', position: 0 } })
  expect(third).toMatchObject({ artifact: first?.artifact, startedAt: first?.startedAt, sha256: 'x', worker: 'w' })
  expect(await readFeed(journal, run, '0')).toHaveLength(4)
  expect(await readUnsent(journal, 'queue', run, 10)).toHaveLength(4)
  expect(await finish(run)).toBe('succeeded')
})

test('each runs by itself where the batch does not say once, or where anything of them differs', async () => {
  expect(await handOut(await submit(three))).toHaveLength(4)
  const write = { sql: 'delete from t', effect: 'write' as const }
  const value = (params: QueryDefinition['params']): QueryDefinition => ({
    sql: 'select :n',
    ...(params && { params }),
  })
  const differing = [
    'select 1',
    'select  1',
    { sql: 'select 1', timeoutMs: 10 },
    { sql: 'select 1', retries: 1 },
    { sql: 'select 1', maxRows: 5 },
    value({ n: 1 }),
    value({ n: 2 }),
    value({ n: '1' }),
    write,
    write,
  ]
  expect(await handOut(await submit(differing, { identical: 'once' }))).toHaveLength(10)
  const same = [value({ n: 1 }), value({ n: 2 }), value({ n: 1 })]
  expect(await handOut(await submit(same, { identical: 'once' }))).toEqual(['query_1', 'query_2'])
})

test('those that are the same fail together, run again together, and then succeed together', async () => {
  const run = await submit(three, { identical: 'once' })
  expect(await runThrough(run, 'failed')).toHaveLength(2)
  const [, , third] = await queriesOf(run)
  expect(third).toMatchObject({
    state: 'failed',
    attempts: 0,
    error: { sqlState: '22012' },
    sharedFrom: { query: 'query_1' },
  })
  await openGeneration(journal, { run, after: 1, by: 'me', slots: null })
  expect(await handOut(run, 2)).toEqual(['query_1', 'query_2'])
  await settle(run)
  expect(await finish(run)).toBe('succeeded')
  expect(await shown(run, 2)).toEqual([
    ['query_1', 'succeeded', null],
    ['query_2', 'succeeded', null],
    ['query_3', 'succeeded', 'query_1'],
    ['query_4', 'succeeded', 'query_1'],
  ])
})

test('a query whose twin has succeeded, but that has no result itself, takes that of the twin in a retry', async () => {
  const run = await submit(three, { identical: 'once' })
  await runThrough(run)
  await journal.pool.query(
    "UPDATE querypool.result SET state = 'cancelled', artifact = NULL, shared_run = NULL WHERE run = $1 AND position = 2",
    [run],
  )
  await openGeneration(journal, { run, after: 1, by: 'me', slots: null })
  expect(await handOut(run, 2)).toEqual([])
  expect(await finish(run)).toBe('succeeded')
  expect((await queriesOf(run, 2))[2]).toMatchObject({ state: 'succeeded', rows: 1, sharedFrom: { query: 'query_1' } })
})

test('a cancel ends those that wait for a twin, whether that was handed out or not', async () => {
  const waiting = await submit(three, { identical: 'once' })
  await requestCancel(journal, waiting, 'me')
  expect(await finish(waiting)).toBe('cancelled')
  const begun = await submit(three, { identical: 'once' })
  await handOut(begun)
  const open = await readOpenJobs(journal, begun)
  await requestCancel(journal, begun, 'me')
  await endWaiting(journal, begun, open)
  expect(await finish(begun)).toBe('cancelled')
  const forced = await submit(three, { identical: 'once' })
  await handOut(forced)
  await requestCancel(journal, forced, 'me')
  await endUnconfirmed(journal, forced, 'nobody knows', async () => {})
  for (const run of [waiting, begun, forced])
    expect(await shown(run)).toEqual(['1', '2', '3', '4'].map((n) => [`query_${n}`, 'cancelled', null]))
})

test('a failure that stops the run leaves nothing that waits', async () => {
  const given = submission({ identical: 'once', onFailure: 'stop' })
  const input = await openInput(journal, given, await defineQueries(['select 1', 'select 1']))
  const { run } = input
  await handOut(run)
  // Two that nobody has handed out, and one of which nobody has seen yet whether another has its result.
  await input.append(await defineQueries(['select 2', 'select 2', 'select 1'], 2))
  await input.close()
  await input.release()
  await settle(run, 'failed')
  expect(await finish(run)).toBe('failed')
  const states = (await queriesOf(run)).map(({ state }) => state)
  expect(states).toEqual(['failed', 'failed', 'skipped', 'skipped', 'skipped'])
})

test('when a shared snapshot is lost, those that are the same run once more, once', async () => {
  const run = await submit(three, { identical: 'once', snapshot: 'shared' })
  const take = (generation: number) => {
    const origin = { lsn: '0/1', takenAt: new Date(), server: '1.5' }
    return registerHolder(journal, { run, generation }, { place: 1, id: 'id-1', pid: 1 }, origin)
  }
  await take(1)
  await handOut(run)
  expect(await loseSnapshot(journal, run, 1)).toBe(true)
  await take(2)
  expect(await handOut(run, 2)).toEqual(['query_1', 'query_2'])
  await settle(run)
  expect(await finish(run)).toBe('succeeded')
  expect((await shown(run, 2))[3]).toEqual(['query_4', 'succeeded', 'query_1'])
})

test('what is added to a run later gets the result of what is the same, before and after that is there', async () => {
  const given = submission({ identical: 'once' })
  const input = await openInput(journal, given, await defineQueries(['select 1']))
  const { run } = input
  expect(await handOut(run)).toEqual(['query_1'])
  await input.append(await defineQueries(['select 1', 'select 1'], 1))
  expect(await handOut(run)).toEqual([])
  await settle(run)
  expect((await shown(run)).map((query) => (query as string[])[1])).toEqual(Array(3).fill('succeeded'))
  await input.append(await defineQueries(['select 1', 'select 2', 'select 2'], 3))
  expect(await handOut(run)).toEqual(['query_5'])
  expect((await queriesOf(run))[3]).toMatchObject({ state: 'succeeded', rows: 1 })
  await settle(run)
  await input.close()
  await input.release()
  expect(await finish(run)).toBe('succeeded')
  expect((await shown(run)).map((query) => (query as string[])[2])).toEqual([
    null,
    'query_1',
    'query_1',
    'query_1',
    null,
    'query_5',
  ])
})

test('a query that came just as its twin was settled has its result when the run ends', async () => {
  const run = await submit(three, { identical: 'once' })
  await handOut(run)
  await settle(run)
  await journal.pool.query(
    `WITH gone AS (DELETE FROM querypool.result WHERE run = $1 AND position = 3)
     UPDATE querypool.outcome_count SET succeeded = succeeded - 1
     WHERE (run, backend) = (SELECT run, backend FROM querypool.outcome_count WHERE run = $1 LIMIT 1)`,
    [run],
  )
  expect(await finish(run)).toBe('succeeded')
  expect((await shown(run))[3]).toEqual(['query_4', 'succeeded', 'query_1'])
})

test('of many overseers that settle and share at once, each query has one result', async () => {
  const given = submission({ identical: 'once' })
  const twins = Array.from({ length: 40 }, (_, n) => `select ${n % 4}`)
  const input = await openInput(journal, given, await defineQueries(twins))
  const { run } = input
  await handOut(run)
  const more = await defineQueries(twins, 40)
  await Promise.all([settle(run), input.append(more), settle(run), share(run), handOut(run), handOut(run)])
  await Promise.all([handOut(run), handOut(run), handOut(run)])
  await input.close()
  await input.release()
  expect(await Promise.all([finish(run), finish(run)])).toEqual(['succeeded', 'succeeded'])
  const queries = await queriesOf(run)
  expect(queries).toHaveLength(80)
  expect(queries.filter(({ sharedFrom }) => sharedFrom === null)).toHaveLength(4)
  expect((await readFeed(journal, run, '0')).length).toBe(80)
})

test('a query with `cache` takes the result of a run before, if that began within its time', async () => {
  const first = await submit([cached('select 10')])
  const begun = new Date(Date.now() - 3_600_000)
  await handOut(first)
  await settle(first, 'succeeded', begun)
  await finish(first)
  const second = await submit([{ ...cached('select 10'), name: 'other' }, 'select 10'])
  expect(await handOut(second)).toEqual(['query_2'])
  expect((await queriesOf(second))[0]).toMatchObject({
    state: 'succeeded',
    attempts: 0,
    startedAt: begun,
    sharedFrom: { run: first, query: 'q', position: 0 },
  })
  // It is as old as its execution, not as the run that took it.
  const third = await submit([cached('select 10', 3_500_000)])
  expect(await handOut(third)).toEqual(['q'])
  const fourth = await submit([cached('select 10', 3_700_000), { ...cached('select 10'), name: 'q2' }], {
    identical: 'once',
  })
  expect(await handOut(fourth)).toEqual([])
  expect(await finish(fourth)).toBe('succeeded')
  for (const { sharedFrom } of await queriesOf(fourth))
    expect(sharedFrom).toEqual({ run: first, query: 'q', position: 0 })
})

test('a query with `cache` runs where the result is of something else, or of no use', async () => {
  await runThrough(await submit([cached('select 20')]))
  expect(await handOut(await submit([cached('select 20')]))).toEqual([])
  expect(await handOut(await submit([cached('select 20')], { database: 'another' }))).toEqual(['q'])
  expect(await handOut(await submit([cached('select 20')], { seenAs: 'another' }))).toEqual(['q'])
  expect(await handOut(await submit([cached('select 20')], { takesCached: false }))).toEqual(['q'])
  expect(await handOut(await submit(['select 20']))).toEqual(['query_1'])
  await runThrough(await submit(['select 21'], { identical: 'once' }))
  expect(await handOut(await submit([cached('select 21')]))).toEqual(['q'])
  await runThrough(await submit([cached('select 22')]), 'failed')
  expect(await handOut(await submit([cached('select 22')]))).toEqual(['q'])
})

test('a run that takes nothing has results that others take', async () => {
  const fresh = await submit([cached('select 25')], { takesCached: false })
  await runThrough(fresh)
  const run = await submit([cached('select 25')])
  expect(await handOut(run)).toEqual([])
  expect((await queriesOf(run))[0]?.sharedFrom?.run).toBe(fresh)
})

test('a cached result is taken once by any number of overseers, and not by a run that was cancelled', async () => {
  await runThrough(await submit([cached('select 30')]))
  const run = await submit([cached('select 30')])
  const asking = await readAsking(journal, run, 's', 10)
  await Promise.all(Array.from({ length: 6 }, () => shareResults(journal, run, 1, asking)))
  expect(await readFeed(journal, run, '0')).toHaveLength(1)
  expect(await finish(run)).toBe('succeeded')
  const cancelled = await submit([cached('select 30')])
  const late = await readAsking(journal, cancelled, 's', 10)
  await requestCancel(journal, cancelled, 'me')
  expect(await shareResults(journal, cancelled, 1, late)).toBe(false)
  expect(await finish(cancelled)).toBe('cancelled')
})

test('a retry runs by itself what has `cache`', async () => {
  const run = await submit([cached('select 40')])
  await runThrough(run, 'failed')
  await runThrough(await submit([cached('select 40')]))
  await openGeneration(journal, { run, after: 1, by: 'me', slots: null })
  expect(await handOut(run, 2)).toEqual(['q'])
})

test('a run is kept for as long as one that has results of it, and then it goes', async () => {
  const storeId = 'retained'
  const submitTo = async (): Promise<string> => {
    const given = { ...submission({}), storeId }
    return (await submitRun(journal, given, await defineQueries([cached('select 50')]))).run
  }
  const take = async (run: string): Promise<void> => {
    const asking = await readAsking(journal, run, storeId, 10)
    await shareResults(journal, run, 1, asking)
    await finish(run)
  }
  const origin = await submitTo()
  await shareResults(journal, origin, 1, await readAsking(journal, origin, storeId, 10))
  await claimJobs(journal, origin, 1)
  await settle(origin)
  await finish(origin)
  const taker = await submitTo()
  await take(taker)
  await journal.pool.query("UPDATE querypool.run SET finished_at = now() - interval '2 days' WHERE id = $1", [origin])
  const remove = () => markRemovable(journal, { storeId, runsMs: day, maxRuns: null }, 10)
  expect(await remove()).toBe(0)
  // Nor does it keep others from going that ended later.
  const other = await submitTo()
  await take(other)
  await journal.pool.query("UPDATE querypool.run SET finished_at = now() - interval '1 day' WHERE id = $1", [other])
  expect(await markRemovable(journal, { storeId, runsMs: day, maxRuns: null }, 1)).toBe(1)
  const late = await submitTo()
  const asking = await readAsking(journal, late, storeId, 10)
  await journal.pool.query("UPDATE querypool.run SET finished_at = now() - interval '2 days' WHERE id = $1", [taker])
  // First who refers to the other, then that one.
  expect(await remove()).toBe(1)
  expect(await remove()).toBe(1)
  await shareResults(journal, late, 1, asking)
  expect(await claimJobs(journal, late, 1)).toHaveLength(1)
})

test('two runs that take results of each other at once do not wait for each other', async () => {
  const halfDone = async (done: string, asked: string): Promise<string> => {
    const input = await openInput(journal, submission({}), await defineQueries([cached(done)]))
    await handOut(input.run)
    await settle(input.run)
    await input.append(await defineQueries([{ ...cached(asked), name: 'asked' }], 1))
    await input.close()
    await input.release()
    return input.run
  }
  const pairs = Array.from({ length: 10 }, async (_, n) => {
    const runs = await Promise.all([
      halfDone(`select 'a${n}'`, `select 'b${n}'`),
      halfDone(`select 'b${n}'`, `select 'a${n}'`),
    ])
    await Promise.all(runs.map((run) => share(run)))
    return Promise.all(runs.map(finish))
  })
  for (const states of await Promise.all(pairs)) expect(states).toEqual(['succeeded', 'succeeded'])
})
