import { createWriteStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { closeGate, deadline, untilBackends, waitForGate } from '../chaos/private-run.ts'
import { createService, type Service } from './create-service.ts'
import { documentOf, type Running } from './installation.ts'

let service: Service

beforeAll(async () => {
  service = await createService({ database: 'maxConcurrency: 2' })
})
afterAll(() => service?.dispose())

function* tinyQueries(count: number): Generator<string> {
  for (let from = 0; from < count; from += 1000)
    yield Array.from(
      { length: Math.min(1000, count - from) },
      (_, n) => `-- name: q${from + n}\nselect ${from + n};\n`,
    ).join('')
}

async function writeBatch(name: string, parts: Iterable<string>): Promise<string> {
  const path = join(service.folder, name)
  await pipeline(Readable.from(parts), createWriteStream(path))
  return path
}

/** Watches the most memory that a command has resident, in MB; 0 where the system does not tell. */
function watchPeak({ pid }: Running): () => number {
  let peakMb = 0
  const look = (): void => {
    try {
      const [, kB] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      peakMb = Math.max(peakMb, Number(kB ?? 0) / 1024)
    } catch {
      // It has ended.
    }
  }
  const timer = setInterval(look, 50)
  onTestFinished(() => clearInterval(timer))
  return () => peakMb
}

async function countQueries(run: string): Promise<number> {
  const { rows } = await service.journal.query(
    'select count(*)::int as queries from querypool.query join querypool.run r on r.id = run where r.id = $1 or r.key = $1',
    [run],
  )
  return rows[0].queries
}

describe('a batch of a million queries', () => {
  const count = 1_000_000

  test('with a fault in its last one enqueues nothing, and is read in little memory', {
    timeout: 600_000,
  }, async () => {
    const parts = function* (): Generator<string> {
      yield* tinyQueries(count)
      yield '-- name: Q17\nselct 1;\n'
    }
    const file = await writeBatch('late.sql', parts())
    const runs = await service.countRuns()
    const running = service.startCommand(['run', file, '--database', 'main', '--detach'])
    const peakMb = watchPeak(running)
    const finished = await running.ended
    expect(finished).toMatchObject({ status: 2, stdout: '' })
    expect(finished.stderr).toContain(`late.sql:${2 * count + 1}:10: \`q17\` in line 35 and \`Q17\``)
    expect(finished.stderr).toContain(`late.sql:${2 * count + 2}:1: PostgreSQL's parser refuses this`)
    expect(await service.countRuns()).toBe(runs)
    if (platform() === 'linux') expect(peakMb()).toBeGreaterThan(50)
    expect(peakMb()).toBeLessThan(450)
  })
})

describe('a batch from standard input', () => {
  const count = 15_000

  test('is run as one of a file, named as it is told', async () => {
    const input = tinyQueries(count)
    const submitted = await service.querypool(
      ['run', '-', '--batch', 'piped', '--database', 'main', '--key', 'piped', '--detach', '--json'],
      { input },
    )
    const { runId, batch } = JSON.parse(submitted.stdout) as { runId: string; batch: string }
    expect(batch).toBe('piped')
    const { rows } = await service.journal.query(
      `select count(*)::int as queries, count(distinct name)::int as names, max(position) as last,
         bool_and(sql = 'select ' || position) as are_in_order from querypool.query where run = $1`,
      [runId],
    )
    expect(rows).toEqual([{ queries: count, names: count, last: count - 1, are_in_order: true }])
    // Nobody has begun with it, so the command itself ends it.
    expect(await service.querypool(['cancel', runId])).toMatchObject({ status: 4 })
  })

  test('is called stdin without a name, and its faults say where in it they are', async () => {
    const faulty = await service.querypool(['run', '-', '--database', 'main'], { input: ['select 1;\nselct 2;\n'] })
    expect(faulty).toMatchObject({ status: 2, stdout: '' })
    expect(faulty.stderr).toContain('<stdin>:2:1: ')
    const good = await service.querypool(['run', '-', '--database', 'main', '--detach', '--json'], {
      input: ['select 1;\nselect 2;\n'],
    })
    const { runId, batch } = JSON.parse(good.stdout) as { runId: string; batch: string }
    expect(batch).toBe('stdin')
    const { rows } = await service.journal.query('select name from querypool.query where run = $1 order by 1', [runId])
    expect(rows.map(({ name }) => name)).toEqual(['stdin_1', 'stdin_2'])
    await service.querypool(['cancel', runId])
  })

  test('can be checked', async () => {
    const checked = await service.querypool(['validate', '-', '--json'], { input: ['select 1; select 2'] })
    expect(JSON.parse(checked.stdout)).toEqual({ files: [{ file: '-', queries: 2, faults: [], warnings: [] }] })
  })

  test('cannot have any name', async () => {
    const refused = await service.querypool(['run', '-', '--batch', 'two words', '--database', 'main'], { input: [] })
    expect(refused).toMatchObject({ status: 2, stdout: '' })
    expect(refused.stderr).toMatch(/--batch[\s\S]*QP_USAGE/)
  })
})

test('a command that is killed while it submits leaves nothing of its run', async () => {
  const runs = await service.countRuns()
  const lock = await service.journal.connect()
  await lock.query('begin')
  // Queries cannot be written until the test ends.
  await lock.query('lock table querypool.query in share mode')
  const input = tinyQueries(3000)
  const args = ['run', '-', '--database', 'main', '--key', 'killed', '--detach']
  const running = service.startCommand(args, { input })
  const writing = async (): Promise<number> => {
    const { rows } = await service.journal.query(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query ~ 'INSERT INTO querypool.query'`,
    )
    return rows[0].n
  }
  await vi.waitFor(async () => expect(await writing()).toBe(1), deadline)
  process.kill(running.pid, 'SIGKILL')
  await running.ended
  await lock.query('rollback')
  lock.release()
  await vi.waitFor(async () => expect(await writing()).toBe(0), deadline)
  expect(await service.countRuns()).toBe(runs)
  // The key is free, too.
  const again = await service.querypool([...args, '--json'], { input: tinyQueries(3000) })
  const { runId } = JSON.parse(again.stdout) as { runId: string }
  expect(await countQueries('killed')).toBe(3000)
  await service.querypool(['cancel', runId])
})

test('a run of 60,000 queries that has begun is cancelled wholly, and all of it can be read', async () => {
  const count = 60_000
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '2')
  await closeGate(service)
  const parts = function* (): Generator<string> {
    yield `-- name: gated\n-- expect: 10s\nselect 1 from ${waitForGate};\n`
    yield* tinyQueries(count - 1)
  }
  const file = await writeBatch('many.sql', parts())
  const submitted = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
  const { runId } = JSON.parse(submitted.stdout) as { runId: string }
  await untilBackends(service, 1)
  const cancelled = await service.querypool(['cancel', runId, '--json'])
  const { state, counts, confirmed } = JSON.parse(cancelled.stdout)
  expect({ state, confirmed }).toEqual({ state: 'cancelled', confirmed: true })
  expect(counts.succeeded + counts.cancelled).toBe(count)
  expect(await service.countBackends()).toBe(0)

  const document = documentOf(await service.querypool(['status', runId, '--json']))
  expect(document.queries).toHaveLength(count)
  expect(document.queries.filter((query) => query.state !== 'cancelled')).toHaveLength(counts.succeeded)
  expect(document.queries.at(-1)?.name).toBe(`q${count - 2}`)
  const manifest = await readFile(join(service.resultsFolder, runId, '1', 'manifest.ndjson'), 'utf8')
  const lines = manifest.trimEnd().split('\n')
  expect(lines).toHaveLength(count)
  expect(lines.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual(lines.map((_, n) => n))
  const shown = await service.querypool(['status', runId])
  expect(shown.stdout.split('\n').length).toBeLessThan(300)
  expect(shown.stdout).toContain(`… and ${count - 200} more`)

  const retried = await service.querypool(['retry', runId, '--detach'])
  expect(retried.status).toBe(0)
  const again = JSON.parse((await service.querypool(['cancel', runId, '--json'])).stdout)
  expect(again.state).toBe('cancelled')
  expect(again.counts.succeeded + again.counts.cancelled).toBe(count)
})

test('of 12,000 queries of which many are the same each runs once, and in the next run none', async () => {
  const count = 12_000
  const parts = function* (): Generator<string> {
    yield '-- identical: once\n-- cache: 1h\n'
    for (let n = 0; n < count; n++) yield `-- name: q${n}\nselect ${n % 3} as n;\n`
  }
  const file = await writeBatch('same.sql', parts())
  const first = documentOf(await service.querypool(['run', file, '--database', 'main', '--json']))
  const originOf = (n: number) => ({ run: first.runId, query: `q${n % 3}` })
  expect(first.queries.map(({ sharedFrom }) => sharedFrom)).toEqual(
    Array.from({ length: count }, (_, n) => (n < 3 ? null : originOf(n))),
  )
  const manifest = await readFile(join(service.resultsFolder, first.runId, '1', 'manifest.ndjson'), 'utf8')
  expect(JSON.parse(manifest.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    state: 'succeeded',
    sharedFrom: { ...originOf(count - 1), position: (count - 1) % 3 },
  })
  const second = await service.querypool(['run', file, '--database', 'main'])
  expect(second.status, second.stderr).toBe(0)
  expect(second.stdout).toContain(`${count} of ${count} queries share the result`)
  const fresh = await service.querypool(['run', file, '--database', 'main', '--no-cache'])
  expect(fresh.stdout).toContain(`${count - 3} of ${count} queries share the result`)
})
