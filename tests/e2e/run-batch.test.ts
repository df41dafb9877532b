import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectRedis } from '@querypool/shared/queue'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInstallation, documentOf, type Finished, type Installation, queryOf } from './installation.ts'

const hostile = `'; drop table orders; -- \\ $$ " :who ?`

const tables = `
  create table orders (id int primary key, customer text, note text, amount numeric(10, 2), placed timestamptz, tags text[]);
  insert into orders select i, 'customer ' || i % 7,
    case i % 3 when 0 then null when 1 then '' else 'a "quoted", note' || chr(10) || 'of two lines' end,
    i * 1.25, timestamptz '2024-02-29 12:00+01' + i * interval '1 hour', array['t' || i, 'ü,"']
  from generate_series(1, 200) i`

const plain = {
  by_customer: 'select customer, count(*), sum(amount) from orders group by customer order by customer',
  all_orders: 'select * from orders order by id',
  no_rows: 'select id, note from orders where false',
  long: 'select i, md5(i::text) as hash from generate_series(1, 40000) i',
}

const batch = `
-- name: by_customer
${plain.by_customer};
-- name: all_orders
${plain.all_orders};
-- name: no_rows
${plain.no_rows};
-- name: long
${plain.long};
-- name: with_parameters
-- param: who text
-- param: least int = 3
select :who as who, :least + 1 as more, ':who' as literal, null as nothing, '' as empty;
-- name: plan
explain select * from orders where id = 1;
-- name: long_plan
explain (costs off) ${Array.from({ length: 1200 }, (_, n) => `select ${n}`).join(' union all ')};
-- name: setting
show TimeZone;
`

describe('a batch of small queries', () => {
  let installation: Installation
  let output: string
  let finished: Finished

  beforeAll(async () => {
    installation = await createInstallation()
    output = join(installation.folder, 'output')
    await installation.target.query(tables)
    await installation.target.query('grant select on orders to public')
    finished = await installation.runBatch(batch, '--workers', '3', '--output', output, '--param', `who=${hostile}`)
  })
  afterAll(() => installation?.dispose())

  const rowsOf = (name: string): Promise<string> => readFile(join(output, `${name}.csv`), 'utf8')

  test('succeeds and prints one JSON document that says what became of each query', () => {
    expect(finished).toMatchObject({ status: 0 })
    const document = documentOf(finished)
    expect(document).toMatchObject({ batch: 'batch', state: 'succeeded' })
    expect(document.runId).toMatch(/^\w+$/)
    expect(document.startupMs).toBeGreaterThan(0)
    expect(document.wallMs).toBeGreaterThan(0)
    expect(document.queries.map(({ name }) => name)).toEqual([
      'by_customer',
      'all_orders',
      'no_rows',
      'long',
      'with_parameters',
      'plan',
      'long_plan',
      'setting',
    ])
    for (const query of document.queries) {
      expect(query).toMatchObject({ state: 'succeeded', attempts: 1, error: null })
      expect(query.worker).toMatch(/^worker-\d$/)
      expect(Date.parse(query.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(query.startedAt ?? ''))
    }
    expect(document.queries.slice(0, 5).map(({ rows }) => rows)).toEqual([7, 200, 0, 40_000, 1])
  })

  test.each(Object.entries(plain))(
    'writes the rows of %s exactly as PostgreSQL writes them as CSV',
    async (name, sql) => {
      const path = join(installation.folder, `expected-${name}.csv`)
      const client = await installation.target.connect()
      try {
        await client.query("set timezone = 'UTC'; set datestyle = 'ISO, MDY'")
        await client.query(`copy (${sql}) to '${path}' (format csv, header)`)
      } finally {
        client.release(true)
      }
      expect(await rowsOf(name)).toBe(await readFile(path, 'utf8'))
    },
  )

  test('leaves one file for each query in the output folder and nothing else', async () => {
    const names = documentOf(finished).queries.map(({ name }) => `${name}.csv`)
    expect((await readdir(output)).sort()).toEqual(names.sort())
  })

  test('keeps NULL and the empty string apart, and takes a hostile parameter as the text that it is', async () => {
    const quoted = `"${hostile.replaceAll('"', '""')}"`
    expect(await rowsOf('with_parameters')).toBe(`who,more,literal,nothing,empty\n${quoted},4,:who,,""\n`)
    expect((await installation.target.query('select from orders')).rowCount).toBe(200)
  })

  test('executes what COPY refuses: EXPLAIN and SHOW', async () => {
    expect(await rowsOf('plan')).toMatch(/^QUERY PLAN\n.*Scan .*orders/)
    expect(await rowsOf('setting')).toBe('TimeZone\nUTC\n')
    expect(await rowsOf('long_plan')).toBe(`QUERY PLAN\nAppend\n${'  ->  Result\n'.repeat(1200)}`)
    expect(queryOf(documentOf(finished), 'long_plan').rows).toBe(1201)
  })

  test('puts its completion report beside the results', async () => {
    const { runId } = documentOf(finished)
    const report = JSON.parse(await readFile(join(installation.resultsFolder, runId, '1', 'report.json'), 'utf8'))
    const { rows } = await installation.journal.query('select state, finished_at as at from querypool.run')
    expect(report).toMatchObject({ run: runId, state: rows[0].state, finishedAt: rows[0].at.toISOString() })
    expect(report.counts).toMatchObject({ succeeded: 8, running: 0, queued: 0 })
    expect(report.queries).toHaveLength(8)
  })

  test('has size and SHA-256 of a result of more than a megabyte in the journal', async () => {
    const content = await readFile(join(output, 'long.csv'))
    expect(content.length).toBeGreaterThan(1_000_000)
    const { rows } = await installation.journal.query(
      `select r.sha256, r.bytes::int, r.rows::int from querypool.result r join querypool.query q using (run, position)
       where q.name = 'long'`,
    )
    expect(rows).toEqual([
      { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length, rows: 40_000 },
    ])
    expect(queryOf(documentOf(finished), 'long').bytes).toBe(content.length)
  })

  test('has every result in the journal and every job settled', async () => {
    const { rows } = await installation.journal.query(
      `select r.state, count(distinct s.position)::int as results,
         (select count(*)::int from querypool.job j where j.run = r.id and not j.settled) as open_jobs
       from querypool.run r join querypool.result s on s.run = r.id group by r.id`,
    )
    expect(rows).toEqual([{ state: 'succeeded', results: 8, open_jobs: 0 }])
  })

  test('leaves nothing in Redis', async () => {
    const { rows } = await installation.journal.query<{ id: string }>('select id from querypool.installation')
    const redis = connectRedis(installation.redisUrl)
    try {
      const keys = await redis.keys(`*${rows[0]?.id}*`)
      expect(keys.filter((key) => !key.includes(':cancelled:'))).toEqual([])
    } finally {
      redis.disconnect()
    }
  })

  test('leaves no session in the database', async () => {
    expect(await installation.countBackends()).toBe(0)
    expect(await installation.countFences()).toBe(0)
  })
})
