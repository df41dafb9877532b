import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { QueryPool } from '../../packages/client/src/index.ts'
import { type CountedQueries, countedQueries } from '../chaos/counted-queries.ts'
import { deadline } from '../chaos/private-run.ts'
import { createService, type Service } from './create-service.ts'
import { createInstallation, documentOf, type Finished, type Installation, queryOf } from './installation.ts'

let installation: Installation
let counted: CountedQueries

beforeAll(async () => {
  installation = await createInstallation()
  counted = await countedQueries(installation, 20, 0)
})
afterAll(() => installation?.dispose())

/** How often the function of that number has been executed, asked when no session is left that could still tell. */
async function callsOf(number: number): Promise<number> {
  await vi.waitFor(async () => {
    const { rows } = await installation.target.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'qp:%'`,
    )
    expect(rows).toEqual([])
  }, deadline)
  return (await counted.calls(0)).get(`q_${number}`) ?? 0
}

const calling = (number: number, names: readonly string[], options = ''): string =>
  names.map((name) => `-- name: ${name}\n${options}select q_${number}() as number;\n`).join('')

const resultOf = async (run: string, query: string): Promise<string> =>
  (await installation.querypool(['results', run, query])).stdout

describe('reads of a run that are the same', () => {
  const five = ['a', 'b', 'c', 'd', 'e']

  test('run once with `identical: once`, and all have the result and say whose it is', async () => {
    const finished = await installation.runBatch(
      `-- identical: once\n${calling(1, five)}-- name: other\nselect 2 as number;\n`,
      '--output',
      join(installation.folder, 'copied'),
    )
    expect(finished.status, finished.stderr).toBe(0)
    const { runId, queries } = documentOf(finished)
    expect(await callsOf(1)).toBe(1)
    for (const { name, state, attempts, rows, sharedFrom } of queries)
      expect({ name, state, attempts, rows, sharedFrom }).toEqual({
        name,
        state: 'succeeded',
        attempts: name === 'a' || name === 'other' ? 1 : 0,
        rows: 1,
        sharedFrom: name === 'a' || name === 'other' ? null : { run: runId, query: 'a' },
      })
    for (const name of five) {
      expect(await resultOf(runId, name)).toBe('number\n1\n')
      expect(await readFile(join(installation.folder, 'copied', `${name}.csv`), 'utf8')).toBe('number\n1\n')
    }
    const json = await installation.querypool(['results', runId, 'c', '--format', 'json'])
    expect(JSON.parse(json.stdout), 'with the types of the manifest').toEqual([{ number: 1 }])
    expect(await installation.querypool(['results', runId, '--verify'])).toMatchObject({ status: 0 })
    const status = await installation.querypool(['status', runId])
    expect(status.stdout).toMatch(/SHARED FROM/)
    expect(status.stdout).toMatch(/^e +succeeded +0 +1 .* a$/m)
    const { rows } = await installation.journal.query(
      'SELECT query, shared_from_query FROM querypool.results WHERE run = $1 AND shared_from_run = $1 ORDER BY query',
      [runId],
    )
    expect(rows).toEqual(['b', 'c', 'd', 'e'].map((query) => ({ query, shared_from_query: 'a' })))
    const report = await readFile(join(installation.resultsFolder, runId, '1', 'report.json'), 'utf8')
    expect(queryOf(JSON.parse(report), 'b').sharedFrom).toMatchObject({ run: runId, query: 'a' })
  })

  test('each run by themselves where the batch does not say so', async () => {
    const document = documentOf(await installation.runBatch(calling(2, five)))
    expect(await callsOf(2)).toBe(5)
    expect(document.queries.map(({ sharedFrom }) => sharedFrom)).toEqual(Array(5).fill(null))
  })

  test('are told in the summary, and fail with the place in the SQL of each', async () => {
    const file = await installation.batchFile(
      `-- identical: once\n-- name: a\nselect 1 / 0;\n-- name: b\nselect 1 / 0;\n${calling(3, ['c', 'd'])}`,
    )
    const finished = await installation.querypool(['run', file, '--database', installation.databaseUrl])
    expect(finished.status).toBe(1)
    const said = finished.stdout + finished.stderr
    expect(said).toContain('2 of 4 queries share the result of an identical one and were not executed.')
    expect(said).toMatch(/^d succeeded.*, shared from c$/m)
    expect(said.match(/division by zero/g)?.length).toBeGreaterThanOrEqual(2)
  })

  test('are planned once', async () => {
    const file = await installation.batchFile(`-- identical: once\n${calling(4, five)}`)
    const planned = await installation.querypool(['plan', file, '--database', installation.databaseUrl, '--json'])
    expect(planned.stdout.match(/"name"/g)).toHaveLength(1)
  })
})

describe('a query with `cache`', () => {
  const run = (number: number, cache: string, ...args: string[]): Promise<Finished> =>
    installation.runBatch(`-- cache: ${cache}\n${calling(number, ['first', 'second'])}`, ...args)
  const age = (runId: string, by: string): Promise<unknown> =>
    installation.journal.query(`UPDATE querypool.result SET started_at = started_at - $2::interval WHERE run = $1`, [
      runId,
      by,
    ])

  test('is not executed while its result of a run before is young enough, and is when it is not', async () => {
    const first = documentOf(await run(5, '1h'))
    expect(first.queries.map(({ sharedFrom }) => sharedFrom)).toEqual([null, null])
    expect(await callsOf(5)).toBe(2)
    const second = documentOf(await run(5, '1h'))
    expect(second.state).toBe('succeeded')
    expect(await callsOf(5)).toBe(2)
    for (const { attempts, sharedFrom } of second.queries) expect([attempts, sharedFrom?.run]).toEqual([0, first.runId])
    expect(await resultOf(second.runId, 'second')).toBe('number\n5\n')
    expect(await installation.querypool(['results', second.runId, '--verify'])).toMatchObject({ status: 0 })
    expect((await installation.querypool(['status', second.runId])).stdout).toMatch(
      new RegExp(`(first|second) of ${first.runId}`),
    )
    for (const { runId } of [first, second]) await age(runId, '50 minutes')
    expect(documentOf(await run(5, '49m')).queries.map(({ attempts }) => attempts)).toEqual([1, 1])
    expect(await callsOf(5)).toBe(4)
  })

  test('is executed with --no-cache, and others then take that result', async () => {
    await run(6, '1h')
    const fresh = documentOf(await run(6, '1h', '--no-cache'))
    expect(fresh.queries.map(({ sharedFrom }) => sharedFrom)).toEqual([null, null])
    expect(await callsOf(6)).toBe(4)
    const third = documentOf(await run(6, '1h'))
    expect(third.queries.map(({ sharedFrom }) => sharedFrom?.run)).toEqual([fresh.runId, fresh.runId])
    expect(await callsOf(6)).toBe(4)
  })

  test('is executed where the rows of the result are gone', async () => {
    const first = documentOf(await run(7, '1h'))
    await rm(join(installation.resultsFolder, first.runId), { recursive: true })
    expect(documentOf(await run(7, '1h')).queries.map(({ attempts }) => attempts)).toEqual([1, 1])
    expect(await callsOf(7)).toBe(4)
  })

  test('is executed for another user of the database', async () => {
    await run(8, '1h')
    const user = `other_${installation.databaseName}`
    await installation.target.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x'`)
    const url = new URL(installation.databaseUrl)
    url.username = user
    url.password = 'x'
    const file = await installation.batchFile(`-- cache: 1h\n${calling(8, ['first', 'second'])}`)
    const finished = await installation.querypool(['run', file, '--database', url.href, '--json'])
    expect(finished.status, finished.stderr).toBe(0)
    expect(documentOf(finished).queries.map(({ attempts }) => attempts)).toEqual([1, 1])
    await installation.target.query(`DROP ROLE ${user}`)
  })

  test('is refused with a shared snapshot, unless it is left out', async () => {
    const refused = await run(9, '1h', '--snapshot', 'shared')
    expect(refused.status).toBe(2)
    expect(refused.stderr).toContain('QP_SNAPSHOT_CACHE')
    expect(refused.stderr).toContain('--no-cache')
    const left = documentOf(await run(9, '1h', '--snapshot', 'shared', '--no-cache'))
    expect(left.state).toBe('succeeded')
    expect(await callsOf(9)).toBe(2)
  })

  test('goes with `identical: once`, which goes with a shared snapshot', async () => {
    const sql = `-- identical: once\n${calling(10, ['a', 'b', 'c'])}`
    const shared = documentOf(await installation.runBatch(sql, '--snapshot', 'shared'))
    expect(shared.queries.map(({ attempts }) => attempts)).toEqual([1, 0, 0])
    expect(await callsOf(10)).toBe(1)
    const cached = documentOf(await installation.runBatch(`-- cache: 1h\n${sql}`))
    expect(cached.queries.map(({ attempts }) => attempts)).toEqual([1, 0, 0])
    const again = documentOf(await installation.runBatch(`-- cache: 1h\n${sql}`))
    expect(again.queries.map(({ attempts, sharedFrom }) => [attempts, sharedFrom])).toEqual(
      Array(3).fill([0, { run: cached.runId, query: 'a' }]),
    )
    expect(await callsOf(10)).toBe(2)
  })
})

describe('a program', () => {
  let service: Service
  beforeAll(async () => {
    service = await createService({ rest: 'retention:\n  runs: 30d' })
    await service.startOverseer()
    await service.startOverseer()
    await service.startWorker('worker-a', '--concurrency', '4')
  })
  afterAll(() => service?.dispose())

  test('streams queries of which those that are the same run once, with two overseers, and takes results of runs before', async () => {
    const pool = new QueryPool({ journalUrl: service.journalUrl, resultsFolder: service.resultsFolder })
    async function* twins(): AsyncGenerator<string> {
      for (let n = 0; n < 3000; n++) yield `select ${n % 7} as n`
    }
    const options = { database: 'main', identical: 'once', cacheMs: 3_600_000 } as const
    const submit = async (): Promise<{ id: string; shared: number; executed: Set<string | undefined> }> => {
      const run = await pool.submit(twins(), options)
      let shared = 0
      const executed = new Set<string | undefined>()
      for await (const result of run.results()) {
        expect(result.state).toBe('succeeded')
        if (result.sharedFrom) shared++
        executed.add(result.sharedFrom?.runId)
        if (result.position % 500 === 0)
          for await (const row of result.rows()) expect(row).toEqual({ n: result.position % 7 })
      }
      return { id: run.id, shared, executed }
    }
    const first = await submit()
    expect([first.shared, first.executed]).toEqual([2993, new Set([undefined, first.id])])
    const second = await submit()
    expect([second.shared, second.executed]).toEqual([3000, new Set([first.id])])
    await pool.close()
    // The run of the execution is kept for as long as one that has its results.
    await service.journal.query(`UPDATE querypool.run SET finished_at = now() - interval '31 days' WHERE id = $1`, [
      first.id,
    ])
    const done = await service.querypool(['run', await service.batchFile('select 1;'), '--database', 'main', '--json'])
    const old = documentOf(done).runId
    await service.journal.query(`UPDATE querypool.run SET finished_at = now() - interval '31 days' WHERE id = $1`, [
      old,
    ])
    await service.startOverseer()
    await vi.waitFor(() => expect(existsSync(join(service.resultsFolder, old))).toBe(false), deadline)
    expect(existsSync(join(service.resultsFolder, first.id))).toBe(true)
    expect(await service.querypool(['results', second.id, 'query_8'])).toMatchObject({ stdout: 'n\n0\n' })
  })
})
