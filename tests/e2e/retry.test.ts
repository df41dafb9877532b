import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectRedis, keyPrefix } from '@querypool/shared/queue'
import { Queue } from 'bullmq'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createConsumer } from './consumer.ts'
import { createService, type Service } from './create-service.ts'
import { createInstallation, documentOf, type Installation, queryOf } from './installation.ts'

const deadline = { timeout: 120_000, interval: 100 }

/** Two that succeed, and two that need a table which is not there at first. */
const batch = `-- name: good
select random() as chance, pg_sleep(0.1);
-- name: other
-- param: who text = Ada
select :who as who;
-- name: broken
-- param: who text = Ada
select n, :who as who from later;
-- name: broken_too
select count(*) as n from later;
`

interface StatusDocument {
  readonly state: string
  readonly generation: number
  readonly counts: Record<string, number>
  readonly generations: readonly { generation: number; state: string; requestedBy: string | null }[]
  readonly queries: readonly { name: string; state: string; attempts: number; carriedFrom: number | null }[]
  readonly events: readonly { code: string }[]
}

async function statusOf(installation: Installation, run: string, ...args: string[]): Promise<StatusDocument> {
  const finished = await installation.querypool(['status', run, '--json', ...args])
  return JSON.parse(finished.stdout) as StatusDocument
}

async function rowsOf(installation: Installation, run: string, query: string, ...args: string[]): Promise<string> {
  return (await installation.querypool(['results', run, query, ...args])).stdout
}

async function createTable(installation: Installation): Promise<void> {
  await installation.target.query('create table later as select 7 as n')
  await installation.target.query('grant select on later to public')
  onTestFinished(async () => {
    await installation.target.query('drop table later')
  })
}

async function readManifest(installation: Installation, run: string, generation: number) {
  const text = await readFile(join(installation.resultsFolder, run, String(generation), 'manifest.ndjson'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a shared run of which something failed', () => {
  let service: Service

  beforeAll(async () => {
    service = await createService()
    await service.startOverseer()
    await service.startWorker('worker-a', '--concurrency', '4')
  })
  afterAll(() => service?.dispose())

  async function runOnce(sql: string, name: string, ...args: string[]): Promise<string> {
    const file = await service.batchFile(sql, `${name}.sql`)
    const finished = await service.querypool(['run', file, '--database', 'main', '--json', ...args])
    return documentOf(finished).runId
  }

  test('is retried: only what failed runs again, the rest keeps its rows, and both generations can be read', async () => {
    const run = await runOnce(batch, 'retried', '--param', 'who=Grace')
    const before = await rowsOf(service, run, 'good')
    await createTable(service)
    const retried = await service.querypool(['retry', run, '--json'])
    expect(retried.status, retried.stderr).toBe(0)
    const document = documentOf(retried)
    expect(document).toMatchObject({ runId: run, state: 'succeeded', generation: 2 })
    expect(queryOf(document, 'good')).toMatchObject({ attempts: 1, carriedFrom: 1 })
    expect(queryOf(document, 'broken')).toMatchObject({ state: 'succeeded', attempts: 1, carriedFrom: null })
    expect(await rowsOf(service, run, 'good')).toBe(before)
    expect(await rowsOf(service, run, 'broken')).toBe('n,who\n7,Grace\n')

    const latest = await statusOf(service, run)
    expect(latest).toMatchObject({ state: 'succeeded', generation: 2, counts: { succeeded: 4, failed: 0 } })
    expect(latest.generations).toMatchObject([
      { generation: 1, state: 'partial', counts: { succeeded: 2, failed: 2 }, requestedBy: null },
      { generation: 2, state: 'succeeded', counts: { succeeded: 4, failed: 0 }, requestedBy: expect.any(String) },
    ])
    expect(latest.events.map(({ code }) => code)).toEqual(['QP_RUN_RETRIED'])
    const first = await statusOf(service, run, '--generation', '1')
    expect(first).toMatchObject({ state: 'partial', generation: 1, counts: { succeeded: 2, failed: 2, running: 0 } })
    expect(first.queries.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed', 'failed'])
    expect(await rowsOf(service, run, 'good', '--generation', '1')).toBe(before)
    const shown = await service.querypool(['status', run])
    expect(shown.stdout).toMatch(/1: partial: 2 succeeded, 2 failed[\s\S]*2: succeeded: 4 succeeded/)
    expect(await service.querypool(['results', run, 'broken', '--generation', '1'])).toMatchObject({ status: 1 })
    expect(await service.querypool(['status', run, '--generation', '3'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('QP_GENERATION_NOT_FOUND'),
    })
  })

  test('has a report and a manifest for each generation, which say what was run and where its rows are', async () => {
    const run = await runOnce(batch, 'manifests')
    await createTable(service)
    await service.querypool(['retry', run])
    const [first, second] = [await readManifest(service, run, 1), await readManifest(service, run, 2)]
    expect(first.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed', 'failed'])
    expect(second.map(({ state }) => state)).toEqual(Array(4).fill('succeeded'))
    expect(second[0]).toEqual({ ...first[0], carriedFrom: 1 })
    const sql = 'select n, :who as who from later'
    const rows = await readFile(join(service.resultsFolder, String(second[2]?.artifact)))
    expect(second[2]).toMatchObject({
      query: 'broken',
      sqlSha256: createHash('sha256').update(sql).digest('hex'),
      arguments: [{ name: 'who', type: 'text', value: 'Ada' }],
      artifact: expect.stringMatching(new RegExp(`^${run}/2/`)),
      worker: 'worker-a',
      rows: 1,
      bytes: rows.length,
      sha256: createHash('sha256').update(rows).digest('hex'),
    })
    for (const [generation, state] of [
      [1, 'partial'],
      [2, 'succeeded'],
    ]) {
      const report = await readFile(join(service.resultsFolder, run, String(generation), 'report.json'), 'utf8')
      expect(JSON.parse(report)).toMatchObject({ run, generation, state })
    }
  })

  test('is retried once when several ask at the same time', async () => {
    const run = await runOnce(batch, 'raced')
    // So that the new generation is not over before the last one asks.
    await service.querypool(['databases', 'pause', 'main'])
    const retries = await Promise.all(
      Array.from({ length: 4 }, () => service.querypool(['retry', run, '--detach', '--json'])),
    )
    expect(retries.map(({ status }) => status).sort()).toEqual([0, 2, 2, 2])
    for (const { status, stderr } of retries) if (status === 2) expect(stderr).toContain('QP_RUN_NOT_OVER')
    await service.querypool(['databases', 'resume', 'main'])
    expect(await service.querypool(['status', run, '--watch'])).toMatchObject({ status: 1 })
    expect(await statusOf(service, run)).toMatchObject({ generation: 2, state: 'partial', counts: { failed: 2 } })
  })

  test('is not retried while it goes on, nor when all of it succeeded, nor on another database', async () => {
    const file = await service.batchFile('-- name: slow\nselect pg_sleep(600);\n', 'slow.sql')
    const detached = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = documentOf(detached)
    const refused = async (args: string[], code: string): Promise<void> => {
      const finished = await service.querypool(['retry', ...args])
      expect(finished).toMatchObject({ status: 2, stderr: expect.stringContaining(code) })
    }
    await refused([runId], 'QP_RUN_NOT_OVER')
    await service.querypool(['cancel', runId])
    await refused([runId, '--database', service.databaseUrl], 'QP_RETRY_DATABASE')
    await refused([runId, '--workers', '2'], 'QP_USAGE')
    await refused([await runOnce('-- name: one\nselect 1;\n', 'one')], 'QP_NOTHING_TO_RETRY')
    expect((await statusOf(service, runId)).generations).toHaveLength(1)
  })

  test('can be retried after a cancel, and be cancelled and retried again', async () => {
    const sql =
      '-- name: quick\nselect 1 as n;\n-- name: waiting\nselect pg_advisory_xact_lock_shared(4712)::text as n;\n'
    const gate = await service.target.connect()
    await gate.query('select pg_advisory_lock(4712)')
    const file = await service.batchFile(sql, 'gated.sql')
    const submitted = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = documentOf(submitted)
    const untilOneWaits = (): Promise<void> =>
      vi.waitFor(async () => {
        expect(await statusOf(service, runId)).toMatchObject({ counts: { succeeded: 1, running: 1 } })
      }, deadline)
    try {
      for (const generation of [1, 2]) {
        await untilOneWaits()
        expect(await service.querypool(['cancel', runId])).toMatchObject({ status: 4 })
        await service.querypool(['retry', runId, '--detach'])
        expect(await statusOf(service, runId)).toMatchObject({ generation: generation + 1 })
      }
      await untilOneWaits()
    } finally {
      await gate.query('select pg_advisory_unlock_all()')
      gate.release()
    }
    expect(await service.querypool(['status', runId, '--watch'])).toMatchObject({ status: 0 })
    const { generations, queries } = await statusOf(service, runId)
    expect(generations.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'succeeded'])
    expect(queries).toMatchObject([
      { name: 'quick', carriedFrom: 1, attempts: 1 },
      { name: 'waiting', carriedFrom: null, attempts: 1 },
    ])
  })

  test('takes nothing from jobs of the generation before that come late, whatever they say', async () => {
    const run = await runOnce(batch, 'late')
    await service.querypool(['databases', 'pause', 'main'])
    await service.querypool(['retry', run, '--detach'])
    // Its jobs are 5 and 6, as soon as they are handed out; those of the first generation were 1 to 4.
    await vi.waitFor(async () => expect(await openJobs(run)).toEqual([5, 6]), deadline)
    await putSuccess(run, 3, 'broken')
    await putSuccess(run, 5, 'broken')
    const late = { version: 1, database: 'main', run, generation: 1, attempt: 1 }
    await processAgain('results', 'collect-results', `${run}-1-3-1-collect`, { ...late, job: 3 })
    await processAgain('results', 'collect-results', `${run}-1-5-1-collect`, { ...late, job: 5 })
    await processAgain('runs', 'dispatch-run', `${run}-dispatch-99`, late)
    await processAgain('runs', 'finish-run', `${run}-finish`, late)
    expect(await openJobs(run)).toEqual([5, 6])
    expect(await statusOf(service, run)).toMatchObject({ generation: 2, state: 'running', counts: { queued: 2 } })
    expect(await statusOf(service, run, '--generation', '1')).toMatchObject({ state: 'partial', counts: { failed: 2 } })
    await service.querypool(['databases', 'resume', 'main'])
    expect(await service.querypool(['status', run, '--watch'])).toMatchObject({ status: 1 })
    expect(await statusOf(service, run)).toMatchObject({ state: 'partial', counts: { succeeded: 2, failed: 2 } })
  })

  async function openJobs(run: string): Promise<number[]> {
    const { rows } = await service.journal.query<{ job: number }>(
      'select job from querypool.job where run = $1 and not settled order by job',
      [run],
    )
    return rows.map(({ job }) => job)
  }

  /** Leaves in the store what an attempt of the first generation that succeeded with a query leaves. */
  async function putSuccess(run: string, job: number, query: string): Promise<void> {
    const folder = join(service.resultsFolder, run, '1', String(job), '1')
    const rows = 'n,who\n0,late\n'
    const now = new Date().toISOString()
    const sha256 = createHash('sha256').update(rows).digest('hex')
    const written = { offset: 0, bytes: rows.length, rows: 1, sha256, columns: [], failure: null }
    const outcome = { position: 2, name: query, state: 'succeeded', startedAt: now, finishedAt: now, ...written }
    const id = { version: 1, run, generation: 1, job, attempt: 1, worker: 'late' }
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'rows.csv'), rows)
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...id, outcomes: [outcome] }))
  }

  /** Has an overseer process a job of that id, and waits until it has. */
  async function processAgain(name: string, job: string, jobId: string, data: object): Promise<void> {
    const { rows } = await service.journal.query<{ id: string }>('select id from querypool.installation')
    const connection = connectRedis(service.redisUrl)
    const queue = new Queue(name, { connection, prefix: keyPrefix(rows[0]?.id ?? ''), skipMetasUpdate: true })
    try {
      await queue.remove(jobId, { removeChildren: false })
      await queue.add(job, data, { jobId })
      await vi.waitFor(async () => expect(await queue.getJobState(jobId)).toBe('completed'), deadline)
    } finally {
      await queue.close()
      connection.disconnect()
    }
  }

  test('publishes only the results that are new', async () => {
    const consumer = createConsumer(service.redisUrl)
    onTestFinished(() => consumer.close())
    consumer.start()
    const run = await runOnce(batch, 'published', '--publish', consumer.queue)
    await vi.waitFor(() => expect(consumer.envelopes.size).toBe(4), deadline)
    await createTable(service)
    await service.querypool(['retry', run])
    await vi.waitFor(() => expect(consumer.envelopes.size).toBe(6), deadline)
    expect(consumer.ids.slice(4).sort()).toEqual([`${run}-2-2`, `${run}-2-3`])
    const { rows } = await service.journal.query('select from querypool.publication where run = $1', [run])
    expect(rows).toHaveLength(6)
  })
})

describe('a private run of which something failed', () => {
  let installation: Installation

  beforeAll(async () => {
    installation = await createInstallation()
  })
  afterAll(() => installation?.dispose())

  async function runOnce(...args: string[]): Promise<string> {
    return documentOf(await installation.runBatch(batch, '--workers', '2', ...args)).runId
  }

  test('is retried by an overseer of its own, which is told the database again', async () => {
    const run = await runOnce()
    const before = await rowsOf(installation, run, 'good')
    const without = await installation.querypool(['retry', run])
    expect(without).toMatchObject({ status: 2, stderr: expect.stringContaining('QP_RETRY_DATABASE') })
    const elsewhere = installation.databaseUrl.replace(/[^/]*$/, 'postgres')
    expect(await installation.querypool(['retry', run, '--database', elsewhere])).toMatchObject({ status: 2 })
    expect((await statusOf(installation, run)).generation).toBe(1)

    const again = await installation.querypool(['retry', run, '--database', installation.databaseUrl, '--json'])
    expect(documentOf(again)).toMatchObject({ state: 'partial', generation: 2 })
    expect(again.status).toBe(1)
    await createTable(installation)
    const output = join(installation.folder, 'retried')
    const args = ['--database', installation.databaseUrl, '--workers', '3', '--output', output, '--json']
    const retried = await installation.querypool(['retry', run, ...args])
    expect(retried.status, retried.stderr).toBe(0)
    expect(documentOf(retried)).toMatchObject({ state: 'succeeded', generation: 3 })
    expect(queryOf(documentOf(retried), 'good')).toMatchObject({ carriedFrom: 1 })
    expect(await readFile(join(output, 'good.csv'), 'utf8')).toBe(before)
    expect(await readFile(join(output, 'broken_too.csv'), 'utf8')).toBe('n\n1\n')
    const { generations } = await statusOf(installation, run)
    expect(generations.map(({ state }) => state)).toEqual(['partial', 'partial', 'succeeded'])
  })

  test('is retried once when several ask at the same time, and goes on without them', async () => {
    const run = await runOnce()
    await createTable(installation)
    const args = ['retry', run, '--database', installation.databaseUrl, '--detach', '--json']
    const retries = await Promise.all(Array.from({ length: 3 }, () => installation.querypool(args)))
    expect(retries.map(({ status }) => status).sort()).toEqual([0, 2, 2])
    expect(await installation.querypool(['status', run, '--watch'])).toMatchObject({ status: 0 })
    expect(await statusOf(installation, run)).toMatchObject({ generation: 2, state: 'succeeded' })
  })
})
