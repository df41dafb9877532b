import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries, type QueryDefinition } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import { claimJobs, type OpenJob } from './claim-jobs.ts'
import { endMoreUnclaimed } from './end-unclaimed.ts'
import { endWaiting } from './end-waiting.ts'
import { finishRun } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { openGeneration } from './open-generation.ts'
import { readQueries } from './read-queries.ts'
import { requestCancel } from './request-cancel.ts'
import { type Settlement, settleAttempt, type Verdict } from './settle-attempt.ts'
import { readAsking, shareResults } from './share-results.ts'
import { type Submission, submitRun } from './submit-run.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

/** A graph of queries: which of them each needs. Some are the same as others. */
interface Graph {
  readonly needs: readonly (readonly number[])[]
  /** Of queries with the same number the SQL is the same. */
  readonly sql: readonly number[]
}

type Random = (below: number) => number

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  'a query begins when all that it needs have succeeded, and is skipped when one has not, whatever else happens (%i)',
  async (seed) => {
    const random = seeded(seed)
    const graph = drawGraph(10 + random(30), random)
    const run = await submit(graph, random(2) === 0 ? 'once' : 'each', 1 + random(5))
    let fails = drawSome(graph, 0.15, random)
    for (let generation = 1; generation <= 3; generation++) {
      const before = await succeeded(run, generation)
      await execute(run, generation, graph, (position) => fails.has(position), random)
      expect(await states(run, generation)).toEqual(model(graph, fails, before))
      if (model(graph, fails, before).every((state) => state === 'succeeded')) return
      await openGeneration(journal, { run, after: generation, by: 'somebody', slots: null })
      fails = drawSome(graph, 0.1, random)
    }
  },
)

test.each([21, 22, 23, 24, 25, 26])(
  'a run with needs that is cancelled, or that a failure stops, ends with a result of each query (%i)',
  async (seed) => {
    const random = seeded(seed)
    const graph = drawGraph(40, random)
    const isStopping = random(2) === 0
    const run = await submit(graph, 'once', 4, { onFailure: isStopping ? 'stop' : 'continue' })
    const fails = drawSome(graph, isStopping ? 0.2 : 0, random)
    await execute(run, 1, graph, (position) => fails.has(position), random, isStopping ? null : 1 + random(20))
    const ended = await states(run, 1)
    expect(ended.length).toBe(graph.needs.length)
    for (const [position, state] of ended.entries())
      if (state === 'succeeded' || state === 'failed')
        for (const need of graph.needs[position] ?? []) expect(ended[need], `${need} for ${position}`).toBe('succeeded')
  },
)

/** What the queries come to: worked out from the definition, once for each. */
function model({ needs }: Graph, fails: ReadonlySet<number>, before: ReadonlySet<number>): string[] {
  const known = new Map<number, string>()
  const stateOf = (position: number): string => {
    const state =
      known.get(position) ??
      (before.has(position)
        ? 'succeeded'
        : (needs[position] ?? []).some((need) => stateOf(need) !== 'succeeded')
          ? 'skipped'
          : fails.has(position)
            ? 'failed'
            : 'succeeded')
    known.set(position, state)
    return state
  }
  return needs.map((_, position) => stateOf(position))
}

/** Each needs some that come before it in a random order of the file. Those with the same SQL have the same fate. */
function drawGraph(count: number, random: Random): Graph {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let index = count - 1; index > 0; index--) {
    const other = random(index + 1)
    const [one, two] = [order[index] ?? 0, order[other] ?? 0]
    order[index] = two
    order[other] = one
  }
  const needs = order.map((place) => {
    const earlier = order.flatMap((other, position) => (other < place ? [position] : []))
    return [...new Set(Array.from({ length: random(4) }, () => earlier[random(earlier.length)] ?? -1))].filter(
      (need) => need >= 0,
    )
  })
  // Only those that need the same can share a result.
  const sql = needs.map((_, position) => (random(3) === 0 ? random(count) : count + position))
  return { needs, sql }
}

/** Some positions, and all that are the same as these. */
function drawSome({ needs, sql }: Graph, share: number, random: Random): Set<number> {
  const chosen = new Set(sql.filter(() => random(1000) < share * 1000))
  return new Set(needs.flatMap((_, position) => (chosen.has(sql[position] ?? 0) ? [position] : [])))
}

async function submit(
  { needs, sql }: Graph,
  identical: 'each' | 'once',
  slots: number,
  modes: Partial<Submission> = {},
): Promise<string> {
  const definitions = needs.map(
    (each, position): QueryDefinition => ({
      name: `q_${position}`,
      sql: `select ${sql[position]}`,
      expectMs: 1 + ((sql[position] ?? 0) % 7) * 20,
      needs: each.map((need) => `q_${need}`),
    }),
  )
  const names = { batch: 'needs', file: 'b', database: 'd', storeId: 's', publish: null }
  const rest = { key: null, private: false, onFailure: 'continue' as const }
  const submission = { run: newRunId(), ...names, ...rest, slots, identical, ...modes }
  return (await submitRun(journal, submission, await defineQueries(definitions))).run
}

/**
 * Does what overseers and workers do until the run has ended: several jobs run, any of them ends next, some workers are lost,
 * some jobs give back what they have not begun.
 * @param cancelAfter after so many attempts the run is cancelled; null: never
 */
async function execute(
  run: string,
  generation: number,
  graph: Graph,
  fails: (position: number) => boolean,
  random: Random,
  cancelAfter: number | null = null,
): Promise<void> {
  const open = new Map<number, OpenJob>()
  for (let attempts = 0; ; attempts++) {
    if (attempts === cancelAfter) await requestCancel(journal, run, 'somebody')
    await handOut(run, generation, open, graph)
    const jobs = [...open.values()]
    const job = jobs[random(jobs.length)]
    if (job === undefined) {
      while (await endMoreUnclaimed(journal, run, generation));
      expect(await finishRun(journal, run, async () => {})).not.toBeNull()
      return
    }
    await end(job, fails, random)
    open.delete(job.job)
  }
}

async function handOut(run: string, generation: number, open: Map<number, OpenJob>, graph: Graph): Promise<void> {
  const asking = await readAsking(journal, run, 's', 100)
  if (asking.length > 0) await shareResults(journal, run, generation, asking)
  const states = await stateByPosition(run, generation)
  const done = new Set([...states].filter(([, state]) => state === 'succeeded').map(([position]) => position))
  // At once, not at the end.
  for (const [position, state] of states)
    if (state === 'queued')
      for (const need of graph.needs[position] ?? [])
        expect(['failed', 'skipped'], `${position} waits for ${need}`).not.toContain(states.get(need))
  for (const job of await claimJobs(journal, run, generation)) {
    for (const { position } of job.queries)
      for (const need of graph.needs[position] ?? []) expect(done.has(need), `${need} before ${position}`).toBe(true)
    open.set(job.job, job)
  }
  if ((await journal.pool.query(isEnding, [run])).rowCount === 0) return
  // What waits in Redis is taken out of it.
  const waiting = [...open.values()].slice(1)
  await endWaiting(journal, run, waiting)
  for (const { job } of waiting) open.delete(job)
}

const isEnding = `SELECT FROM querypool.run WHERE id = $1 AND state = 'running' AND coalesce(cancel_requested_at, stopped_at) IS NOT NULL`

async function end(job: OpenJob, fails: (position: number) => boolean, random: Random): Promise<void> {
  const what = random(10)
  const settlement: Settlement = {
    attempt: job,
    worker: 'w',
    verdicts: [],
    failed: [],
    workerLost: false,
    released: [],
    delayMs: 0,
  }
  // A lost worker, and one that has come to the first query only, give the queries back.
  if (what === 0) {
    const released = job.queries.map(({ position }) => ({ position, begun: true }))
    await settleAttempt(journal, { ...settlement, workerLost: true, released })
    return
  }
  const begun = what === 1 ? job.queries.slice(0, 1) : job.queries
  const released = job.queries.slice(begun.length).map(({ position }) => ({ position, begun: false }))
  const verdicts = begun.map(({ position }) => verdict(position, fails(position) ? 'failed' : 'succeeded'))
  const settled = await settleAttempt(journal, { ...settlement, verdicts, released })
  const { rows } = await journal.pool.query(
    'SELECT FROM querypool.query WHERE run = $1 AND (job IS NULL OR job = -1) LIMIT 1',
    [job.run],
  )
  expect(settled).toBe(rows.length === 0 ? 'last' : 'settled')
}

function verdict(position: number, state: 'failed' | 'succeeded'): Verdict {
  const startedAt = new Date(0).toISOString()
  const error = state === 'failed' ? { code: 'QP_SQL_ERROR', message: 'no' } : null
  const artifact = state === 'failed' ? null : { key: `k/${position}`, offset: 0, bytes: 1, rows: 1, sha256: 'x' }
  return { position, state, artifact, startedAt, finishedAt: new Date(20).toISOString(), error }
}

async function states(run: string, generation: number): Promise<string[]> {
  return (await readQueries(journal, { run, generation })).map(({ state }) => state)
}

async function stateByPosition(run: string, generation: number): Promise<Map<number, string>> {
  const queries = await readQueries(journal, { run, generation })
  return new Map(queries.map(({ position, state }) => [position, state]))
}

async function succeeded(run: string, generation: number): Promise<Set<number>> {
  const queries = await readQueries(journal, { run, generation })
  return new Set(queries.filter(({ state }) => state === 'succeeded').map(({ position }) => position))
}

function seeded(seed: number): Random {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
