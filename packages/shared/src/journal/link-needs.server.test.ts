import { beforeAll, describe, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries, type QueryDefinition } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import { claimJobs, type OpenJob, readOpenJobs } from './claim-jobs.ts'
import { finishRun } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { openInput } from './open-input.ts'
import { readQueries } from './read-queries.ts'
import { readWaiting } from './read-waiting.ts'
import { settleAttempt } from './settle-attempt.ts'
import { readAsking, shareResults } from './share-results.ts'
import { type Submission, submitRun } from './submit-run.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

function submission(modes: Partial<Submission>): Submission {
  const run = newRunId()
  // A batch of its own, of which nothing was learned.
  const names = { batch: run, file: 'b', database: 'd', storeId: 's', publish: null }
  return { run, key: null, ...names, private: false, slots: 4, onFailure: 'continue', ...modes }
}

async function submit(queries: readonly QueryDefinition[], modes: Partial<Submission> = {}): Promise<string> {
  return (await submitRun(journal, submission(modes), await defineQueries(queries))).run
}

/** Hands out what can begin, as an overseer does. */
async function claim(run: string): Promise<OpenJob[]> {
  const asking = await readAsking(journal, run, 's', 100)
  if (asking.length > 0) await shareResults(journal, run, 1, asking)
  return claimJobs(journal, run, 1)
}

async function handOut(run: string): Promise<string[]> {
  return (await claim(run)).flatMap(({ queries }) => queries.map(({ name }) => name))
}

/** Settles what is handed out of a run, or only the job of one query. */
async function settle(run: string, state: 'succeeded' | 'failed' = 'succeeded', name?: string): Promise<void> {
  const at = new Date().toISOString()
  const artifact = { key: `${run}/rows.csv`, offset: 0, bytes: 2, rows: 1, sha256: 'x' }
  for (const job of await readOpenJobs(journal, run)) {
    if (name !== undefined && job.queries.every((query) => query.name !== name)) continue
    const verdicts = job.queries.map(({ position }) =>
      state === 'succeeded'
        ? { position, state, artifact, startedAt: at, finishedAt: at, error: null }
        : {
            position,
            state,
            artifact: null,
            startedAt: at,
            finishedAt: at,
            error: { code: 'QP_SQL_ERROR', message: 'no' },
          },
    )
    const rest = { worker: 'w', verdicts, failed: [], workerLost: false, released: [], delayMs: 0 }
    await settleAttempt(journal, { attempt: job, ...rest })
  }
}

async function shown(run: string) {
  const queries = await readQueries(journal, { run, generation: 1 })
  return queries.map(({ name, state, waitsFor, error }) => [name, state, error?.message ?? waitsFor.join()])
}

const read = (name: string, needs: readonly string[] = [], rest: Partial<QueryDefinition> = {}): QueryDefinition => ({
  name,
  sql: `select '${name}'`,
  needs,
  ...rest,
})

test('what a query waits for, and why it was skipped, can be seen', async () => {
  const run = await submit([read('d', ['b', 'c']), read('c'), read('b', ['a']), read('a'), read('e', ['d'])])
  expect(await handOut(run)).toEqual(expect.arrayContaining(['a', 'c']))
  expect(await readWaiting(journal, run)).toMatchObject({ needing: 3, unclaimed: 0, ready: 2 })
  await settle(run, 'succeeded', 'c')
  expect(await shown(run)).toEqual([
    ['d', 'queued', 'b'],
    ['c', 'succeeded', ''],
    ['b', 'queued', 'a'],
    ['a', 'queued', ''],
    ['e', 'queued', 'd'],
  ])
  await settle(run, 'failed', 'a')
  expect(await shown(run)).toEqual([
    ['d', 'skipped', 'skipped because it needs b, which was skipped'],
    ['c', 'succeeded', ''],
    ['b', 'skipped', 'skipped because it needs a, which failed'],
    ['a', 'failed', 'no'],
    ['e', 'skipped', 'skipped because it needs d, which was skipped'],
  ])
  expect((await readQueries(journal, { run, generation: 1 }))[0]?.needs).toEqual(['c', 'b'])
  expect(await finishRun(journal, run, async () => {})).toBe('partial')
})

test('needs that were not selected do not count', async () => {
  const queries = await defineQueries([read('a'), read('b', ['a']), read('c', ['b', 'a'])])
  const { run } = await submitRun(
    journal,
    submission({}),
    queries.filter(({ name }) => name !== 'a'),
  )
  expect(await handOut(run)).toEqual(['b'])
  await settle(run)
  expect(await handOut(run)).toEqual(['c'])
})

describe('what needs a query that has the result of another', () => {
  const same = { sql: 'select 1' }

  test('begins with that, or is skipped with it', async () => {
    const queries = [read('a', [], same), read('b', [], same), read('c', ['b'])]
    const [good, bad] = [await submit(queries, { identical: 'once' }), await submit(queries, { identical: 'once' })]
    expect(await handOut(good)).toEqual(['a'])
    await settle(good)
    expect(await handOut(good)).toEqual(['c'])
    expect(await handOut(bad)).toEqual(['a'])
    await settle(bad, 'failed')
    expect((await shown(bad))[2]).toEqual(['c', 'skipped', 'skipped because it needs b, which failed'])
  })

  test('begins when that result is of a run before', async () => {
    const cached = [read('a', [], { ...same, cacheMs: 100_000 }), read('c', ['a'])]
    const before = await submit(cached, { database: 'cached' })
    await handOut(before)
    await settle(before)
    const run = await submit(cached, { database: 'cached' })
    expect(await handOut(run)).toEqual(['c'])
  })

  test('and reads that need different queries are not the same', async () => {
    const write = read('w', [], { effect: 'write', sql: 'delete from t' })
    const run = await submit([read('before', [], same), write, read('after', ['w'], same)], { identical: 'once' })
    expect(await handOut(run)).toEqual(['w', 'before'])
    await settle(run)
    expect(await handOut(run)).toEqual(['after'])
  })
})

describe('queries that come one after another', () => {
  test('may need some that have ended already', async () => {
    const input = await openInput(journal, submission({}), await defineQueries([read('a'), read('bad')]))
    const { run } = input
    await handOut(run)
    await settle(run, 'succeeded', 'a')
    await settle(run, 'failed', 'bad')
    const more = [read('c', ['a']), read('d', ['bad']), read('e', ['c'])]
    await input.append(await defineQueries(more, 2, 'own', null, 'some'))
    expect(await handOut(run)).toEqual(['c'])
    expect((await shown(run)).slice(3)).toEqual([
      ['d', 'skipped', 'skipped because it needs bad, which failed'],
      ['e', 'queued', 'c'],
    ])
    await input.close()
    await settle(run)
    expect(await handOut(run)).toEqual(['e'])
    await settle(run)
    expect(await finishRun(journal, run, async () => {})).toBe('partial')
    await input.release()
  })

  test('cannot need one that has not come', async () => {
    const input = await openInput(journal, submission({}), await defineQueries([read('a')]))
    await expect(input.append(await defineQueries([read('b', ['z'])], 1, 'own', null, 'some'))).rejects.toMatchObject({
      faults: [{ code: 'QP_NEED_UNKNOWN', message: '`b` needs `z`, but no query that came before it has that name.' }],
    })
    await expect(defineQueries([read('b', ['c']), read('c')], 1, 'own', null, 'some')).rejects.toMatchObject({
      faults: [{ code: 'QP_NEED_UNKNOWN' }],
    })
    await input.release()
  })
})

describe('of queries that can begin', () => {
  const take = (ms: number, needs: readonly string[] = []): [readonly string[], Partial<QueryDefinition>] => [
    needs,
    { expectMs: ms },
  ]

  test('the one with the longest path is handed out first', async () => {
    const run = await submit([
      read('long', ...take(700)),
      read('a', ...take(100)),
      read('b', ...take(400, ['a'])),
      read('c', ...take(300, ['b'])),
      read('short', ...take(600)),
    ])
    expect(await handOut(run)).toEqual(['a', 'long', 'short'])
  })

  test('one that was just set free goes before those with shorter paths that wait for a worker', async () => {
    const others = Array.from({ length: 30 }, (_, index) => read(`q_${index}`, ...take(200)))
    const run = await submit(
      [...others, read('a', ...take(100)), read('b', ...take(300, ['a'])), read('c', ...take(100, ['b']))],
      { slots: 2 },
    )
    const first = await claim(run)
    // A small window, since what is set free later may be more urgent.
    expect(first).toHaveLength(20)
    await settle(run, 'succeeded', 'a')
    const [next] = await claim(run)
    expect(next?.queries[0]?.name).toBe('b')
    expect(next?.rank).toBe(1)
    const last = await readOpenJobs(journal, run, [next?.job ?? 0])
    expect(last[0]?.rank).toBe(1)
  })

  test('no more are handed out than may run at once', async () => {
    const queries = Array.from({ length: 5 }, (_, index) => read(`q_${index}`, ...take(1000 - index)))
    const run = await submit(queries, { maxParallel: 2 })
    expect(await handOut(run)).toEqual(['q_0', 'q_1'])
    expect(await handOut(run)).toEqual([])
    await settle(run, 'succeeded', 'q_1')
    expect(await handOut(run)).toEqual(['q_2'])
  })
})
