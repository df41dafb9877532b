import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createService, type Program, type Service } from './create-service.ts'
import { documentOf, type Finished, type RunDocument } from './installation.ts'

const limit = 6
const queries = 1000
// Queries from this one on wait while a test holds the lock.
const firstGated = 300
const gateKey = 4713

let service: Service
let overseers: Program[]
let workers: Program[]

beforeEach(async () => {
  service = await createService({ database: `maxConcurrency: ${limit}` })
  overseers = [await service.startOverseer(), await service.startOverseer()]
  workers = []
  for (const name of ['worker-a', 'worker-b', 'worker-c'])
    workers.push(await service.startWorker(name, '--concurrency', '4'))
})
afterEach(() => service?.dispose())

test('two overseers and three workers run 1,000 queries, each once, within the limit of the database', async () => {
  const { document, most } = await runAndWatch(async () => {})
  await expectEachOnce(document)
  expect(new Set(document.queries.map(({ worker }) => worker))).toEqual(new Set(['worker-a', 'worker-b', 'worker-c']))
  expect(most).toBe(limit)
})

test('the same holds while an overseer and all workers are killed and others are started', async () => {
  // So that something is left for the new ones, however late the old ones are killed.
  const gate = await service.target.connect()
  await gate.query('SELECT pg_advisory_lock($1)', [gateKey])
  const { document, most } = await runAndWatch(async () => {
    await untilSettled(150)
    overseers[0]?.kill()
    for (const worker of workers) worker.kill()
    await service.startOverseer()
    await Promise.all(['worker-d', 'worker-e'].map((name) => service.startWorker(name, '--concurrency', '4')))
    await gate.query('SELECT pg_advisory_unlock_all()')
    gate.release()
  })
  await expectEachOnce(document)
  expect(new Set(document.queries.map(({ worker }) => worker))).toContain('worker-d')
  expect(most).toBe(limit)
})

/** Runs the batch, does something meanwhile, and samples how many queries are in the database at once. */
async function runAndWatch(meanwhile: () => Promise<void>): Promise<{ document: RunDocument; most: number }> {
  const gated = `, (select pg_advisory_xact_lock_shared(${gateKey})) as gate`
  const batch = Array.from(
    { length: queries },
    (_, n) => `-- name: q${n}\nselect ${n} as n, pg_sleep(0.03)${n < firstGated ? '' : gated};\n`,
  ).join('')
  const file = await service.batchFile(batch)
  let finished: Finished | null = null
  const ended = service.querypool(['run', file, '--database', 'main', '--json']).then((came) => {
    finished = came
    return came
  })
  let most = 0
  const done = meanwhile()
  while (finished === null) most = Math.max(most, await service.countBackends())
  await done
  return { document: documentOf(await ended), most }
}

/** Every query succeeded, has one result with its own rows, and nothing is left open. */
async function expectEachOnce({ state, runId, queries: all }: RunDocument): Promise<void> {
  expect(state).toBe('succeeded')
  expect(all).toHaveLength(queries)
  const { rows } = await service.journal.query(
    `SELECT count(*)::int AS results, count(DISTINCT (artifact, "offset"))::int AS artifacts,
       count(*) FILTER (WHERE rows = 1)::int AS whole,
       (SELECT count(*)::int FROM querypool.job WHERE NOT settled) AS open
     FROM querypool.result WHERE run = $1`,
    [runId],
  )
  expect(rows).toEqual([{ results: queries, artifacts: queries, whole: queries, open: 0 }])
  for (const n of [0, 499, 999]) {
    const result = await service.querypool(['results', runId, `q${n}`])
    expect(result.stdout).toBe(n < firstGated ? `n,pg_sleep\n${n},""\n` : `n,pg_sleep,gate\n${n},"",""\n`)
  }
}

async function untilSettled(count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await service.journal.query('SELECT count(*)::int AS n FROM querypool.result')
      expect(rows[0].n).toBeGreaterThanOrEqual(count)
    },
    { timeout: 300_000, interval: 50 },
  )
}
