import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PoolEvent, QueryPool, type QueryResult } from '../../packages/client/src/index.ts'
import { createService, type Service } from './create-service.ts'

describe('a program that uses the client', () => {
  let service: Service
  let pool: QueryPool

  beforeAll(async () => {
    service = await createService()
    await service.startOverseer()
    await service.startWorker('worker-a', '--concurrency', '8')
    pool = openPool()
  })
  afterAll(async () => {
    await pool?.close()
    await service?.dispose()
  })

  const openPool = (onEvent?: (event: PoolEvent) => void): QueryPool =>
    new QueryPool({
      journalUrl: service.journalUrl,
      resultsFolder: service.resultsFolder,
      ...(onEvent ? { onEvent } : {}),
    })

  test('submits a list, reads results with their rows as they come, and is told of the end', async () => {
    const run = await pool.submit(
      [
        "select 1 as n, 2.50::numeric as amount, true as ok, null as nothing, '' as empty, '{\"a\":[1]}'::jsonb as doc",
        { name: 'sales', sql: 'select :n + 1 as n, :day as day', params: { n: 41, day: new Date(0) }, tags: ['eu'] },
        { name: 'broken', sql: 'select 1 / :zero', params: { zero: 0 }, retries: 0 },
        { name: 'series', sql: 'select n from generate_series(1, :most) as n', params: { most: 25_000 } },
      ],
      { database: 'main', batch: 'listed' },
    )
    const results = await collect(run.results())
    expect([...results.keys()].toSorted()).toEqual(['broken', 'query_1', 'sales', 'series'])
    expect(await rowsOf(results.get('query_1'))).toEqual([
      { n: 1, amount: '2.50', ok: true, nothing: null, empty: '', doc: { a: [1] } },
    ])
    expect(results.get('sales')).toMatchObject({ state: 'succeeded', rowCount: 1, tags: ['eu'], error: null })
    expect(await rowsOf(results.get('sales'))).toEqual([{ n: 42, day: expect.stringContaining('1970') }])
    expect(results.get('broken')).toMatchObject({
      state: 'failed',
      rowCount: null,
      error: { code: 'QP_SQL_ERROR', sqlState: '22012' },
    })
    await expect(rowsOf(results.get('broken'))).rejects.toMatchObject({ code: 'QP_NO_RESULT' })
    const series = await rowsOf(results.get('series'))
    expect([series.length, series[0], series.at(-1)]).toEqual([25_000, { n: 1 }, { n: 25_000 }])
    expect(await text(results.get('sales')?.csv() ?? Readable.from(''))).toMatch(/^n,day\n42,/)
    expect(await run.completion()).toMatchObject({
      runId: run.id,
      batch: 'listed',
      state: 'partial',
      queryCount: 4,
      counts: { succeeded: 3, failed: 1, cancelled: 0, skipped: 0, running: 0, queued: 0 },
    })
  })

  test('submits queries one by one as they come, more than fit into one piece, and all of them are run', async () => {
    let given = 0
    const queries = function* (): Generator<string> {
      for (; given < 3000; given++) yield `select ${given} as n`
    }
    const run = await pool.submit(queries(), { database: 'main' })
    const positions = new Set<number>()
    for await (const { position, state } of run.results()) {
      expect(state).toBe('succeeded')
      positions.add(position)
    }
    expect(positions.size).toBe(3000)
    expect(await run.submitted()).toBe(3000)
    expect(await run.completion()).toMatchObject({ state: 'succeeded', queryCount: 3000 })
  }, 900_000)

  test('has the results of the first queries before the last ones were given, also when slow ones still run', async () => {
    const seen = new Map<string, () => void>()
    const resultOf = (name: string): Promise<void> => new Promise((resolve) => seen.set(name, resolve))
    const queries = async function* () {
      const first = resultOf('first')
      yield { name: 'first', sql: 'select 1' }
      await first
      const second = resultOf('second')
      yield { name: 'endless', sql: 'select pg_sleep(100000)' }
      yield { name: 'second', sql: 'select 2' }
      await second
      const third = resultOf('third')
      yield { name: 'third', sql: 'select 3' }
      await third
      await run.cancel()
    }
    const run = await pool.submit(queries(), { database: 'main' })
    const states = new Map<string, string>()
    for await (const { name, state } of run.results()) {
      states.set(name, state)
      seen.get(name)?.()
    }
    expect(Object.fromEntries(states)).toEqual({
      first: 'succeeded',
      second: 'succeeded',
      third: 'succeeded',
      endless: 'cancelled',
    })
  })

  test('goes on behind a cursor in another process, without missing or repeating a result', async () => {
    const run = await pool.submit(
      Array.from({ length: 40 }, (_, n) => `select ${n}`),
      { database: 'main', key: 'resumed' },
    )
    const before: string[] = []
    let cursor = ''
    for await (const result of run.results()) {
      before.push(result.name)
      cursor = result.cursor
      if (before.length === 15) break
    }
    const elsewhere = openPool()
    const after = [...(await collect(elsewhere.results('resumed', { after: cursor }))).keys()]
    expect(after).toHaveLength(25)
    expect(new Set([...before, ...after]).size).toBe(40)
    expect(await (await elsewhere.run(run.id)).completion()).toMatchObject({ state: 'succeeded', key: 'resumed' })
    await expect(collect(elsewhere.results(run.id, { after: 'r00.1' }))).rejects.toMatchObject({
      code: 'QP_CLIENT_USAGE',
    })
    await elsewhere.close()
  })

  test('gets the same run for the same key, whatever it submits', async () => {
    const first = await pool.submit(['select 1'], { database: 'main', key: 'once' })
    const again = await pool.submit(['select 2', 'select 3'], { database: 'main', key: 'once' })
    const refused = function* (): Generator<string> {
      yield 'not even SQL'
    }
    const streamed = await pool.submit(refused(), { database: 'main', key: 'once' })
    expect([again.id, streamed.id]).toEqual([first.id, first.id])
    expect(await streamed.completion()).toMatchObject({ state: 'succeeded', queryCount: 1 })
  })

  test('cancels: what runs is stopped in the database, and what waits is never run', async () => {
    const run = await pool.submit(
      Array.from({ length: 20 }, () => 'select pg_sleep(100000)'),
      { database: 'main' },
    )
    expect(await run.cancel()).toBe(true)
    expect(await run.completion()).toMatchObject({ state: 'cancelled', counts: { cancelled: 20 } })
    expect(await service.countBackends()).toBe(0)
    expect(await run.cancel()).toBe(false)
  })

  test('is told everything that is wrong with its queries, and nothing is started', async () => {
    const before = await service.countRuns()
    const wrong = ['selec 1', { name: 'ok', sql: 'select 1' }, { sql: 'drop table t' }]
    const refusal = {
      name: 'InvalidDefinition',
      faults: [{ code: 'QP_SQL_SYNTAX' }, { code: 'QP_STATEMENT_NOT_READ' }],
    }
    await expect(pool.submit(wrong, { database: 'main' })).rejects.toMatchObject(refusal)
    await expect(pool.submit(new Set(wrong), { database: 'main' })).rejects.toMatchObject(refusal)
    await expect(pool.submit(['select 1'], { database: service.databaseUrl })).rejects.toMatchObject({
      code: 'QP_CLIENT_USAGE',
    })
    // A text is an iterable, too, but of letters.
    await expect(pool.submit('select 1', { database: 'main' })).rejects.toMatchObject({ code: 'QP_CLIENT_USAGE' })
    expect(await service.countRuns()).toBe(before)
  })

  test.each<[string, () => Iterable<string | { name: string; sql: string }>, object]>([
    [
      'an error of its own',
      function* () {
        for (let n = 0; n < 1500; n++) yield `select ${n}`
        throw new RangeError('no more')
      },
      { name: 'RangeError', message: 'no more' },
    ],
    [
      'a query that cannot be run',
      function* () {
        for (let n = 0; n < 1500; n++) yield `select ${n}`
        yield 'selec'
      },
      { name: 'InvalidDefinition', code: 'QP_SQL_SYNTAX', faults: [{ place: { file: 'query 1501' } }] },
    ],
    [
      'a name that an earlier query has',
      function* () {
        for (let n = 0; n < 1500; n++) yield { name: `q${n % 1400}`, sql: 'select 1' }
      },
      { name: 'InvalidDefinition', code: 'QP_NAME_TWICE', message: expect.stringMatching(/`q\d+`/) },
    ],
  ])('whose queries end with %s gets that error, and the run is cancelled', async (_, queries, error) => {
    const run = await pool.submit(queries(), { database: 'main' })
    await expect(run.submitted()).rejects.toMatchObject(error)
    await expect(run.completion()).rejects.toMatchObject(error)
    await expect(collect(run.results())).rejects.toMatchObject(error)
    const { counts, state } = await run.status()
    expect(counts.succeeded + counts.cancelled).toBe(1000)
    expect(state).toBe(counts.cancelled > 0 ? 'cancelled' : 'succeeded')
    expect(await eventsOf(run.id)).toContain('QP_INPUT_LOST')
  })

  test('that is killed while it submits leaves a run that is cancelled by itself', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'submit-and-die.mjs'), 'main'], {
      env: { ...process.env, QUERYPOOL_JOURNAL_URL: service.journalUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const run = await pool.run(line.toString().trim())
    // As long as it lives, the run stays open, though all its queries are done.
    for await (const { position } of run.results()) if (position === 2) break
    expect((await run.status()).state).toBe('running')
    child.kill('SIGKILL')
    const { counts } = await run.completion()
    expect(counts).toMatchObject({ succeeded: 3, cancelled: 0 })
    expect(await eventsOf(run.id)).toContain('QP_INPUT_LOST')
  })

  test('that names a database which is not configured is told so, and can cancel the run', async () => {
    const run = await pool.submit(['select 1'], { database: 'mian' })
    const told = { code: 'QP_DATABASE_NOT_CONFIGURED', message: expect.stringContaining('Did you mean `main`?') }
    await expect(run.completion()).rejects.toMatchObject(told)
    await expect(collect(run.results())).rejects.toMatchObject(told)
    expect(await run.cancel()).toBe(true)
    expect(await run.completion()).toMatchObject({ state: 'cancelled', counts: { cancelled: 1 } })
  })

  test('can stop waiting, by a signal or by closing the pool, and the run goes on', async () => {
    const run = await pool.submit(['select pg_sleep(100000)'], { database: 'main' })
    const stop = new AbortController()
    const waiting = run.completion({ signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const other = openPool()
    const elsewhere = collect(other.results(run.id))
    const refused = expect(elsewhere).rejects.toMatchObject({ code: 'QP_CLIENT_USAGE' })
    await (await other.run(run.id)).status()
    await other.close()
    await refused
    expect((await run.status()).finishedAt).toBeNull()
    await run.cancel()
    await run.completion()
  })

  async function eventsOf(run: string): Promise<string[]> {
    const { rows } = await service.journal.query<{ code: string }>('SELECT code FROM querypool.event WHERE run = $1', [
      run,
    ])
    return rows.map(({ code }) => code)
  }
})

test('a run that waits because no overseer is running says so', async () => {
  const service = await createService()
  const events: PoolEvent[] = []
  const stop = new AbortController()
  const pool = new QueryPool({
    journalUrl: service.journalUrl,
    onEvent: (event) => {
      events.push(event)
      stop.abort()
    },
  })
  const run = await pool.submit(['select 1'], { database: 'main' })
  await expect(run.completion({ signal: stop.signal })).rejects.toThrow()
  expect(events).toMatchObject([{ runId: run.id, code: 'QP_NO_OVERSEER' }])
  await pool.close()
  await service.dispose()
})

async function collect(results: AsyncIterable<QueryResult>): Promise<Map<string, QueryResult>> {
  const found = new Map<string, QueryResult>()
  for await (const result of results) found.set(result.name, result)
  return found
}

async function rowsOf(result: QueryResult | undefined): Promise<object[]> {
  const rows: object[] = []
  for await (const row of result?.rows() ?? []) rows.push(row)
  return rows
}
