import { connectRedis, keyPrefix } from '@querypool/shared/queue'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Consumer, createConsumer } from './consumer.ts'
import { createService, type Program, type Service } from './create-service.ts'

const deadline = { timeout: 120_000, interval: 100 }

let service: Service
let overseer: Program

beforeAll(async () => {
  service = await createService()
  overseer = await service.startOverseer()
  await service.startWorker('worker-a')
})
afterAll(() => service?.dispose())

function consume(): Consumer {
  const consumer = createConsumer(service.redisUrl)
  onTestFinished(() => consumer.close())
  return consumer
}

function queries(count: number): string {
  return Array.from({ length: count }, (_, n) => `-- name: q${n}\nselect ${n} as n;\n`).join('')
}

async function run(sql: string, ...args: string[]): Promise<string> {
  const file = await service.batchFile(sql, 'published.sql')
  const finished = await service.querypool(['run', file, '--json', ...args])
  return (JSON.parse(finished.stdout) as { runId: string }).runId
}

async function countUnsent(runId: string): Promise<number> {
  const { rows } = await service.journal.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM querypool.publication WHERE run = $1 AND sending IS NULL',
    [runId],
  )
  return rows[0]?.n ?? Number.NaN
}

async function untilReceived(consumer: Consumer, count: number): Promise<void> {
  await vi.waitFor(() => expect(consumer.envelopes.size).toBe(count), deadline)
}

describe('results that are published', () => {
  test('reach a plain BullMQ worker, once each, with what it needs to read the rows', async () => {
    const consumer = consume()
    consumer.start()
    const sql = `-- publish: ${consumer.queue}\n-- database: main\n\n${queries(20)}-- name: wrong\n-- retries: 0\nselect 1/0;\n`
    const runId = await run(sql)
    await untilReceived(consumer, 21)
    expect(consumer.ids).toHaveLength(21)
    expect(consumer.envelopes.get(`${runId}-1-7`)).toEqual({
      version: 1,
      run: runId,
      batch: 'published',
      generation: 1,
      query: 'q7',
      state: 'succeeded',
      artifact: expect.stringMatching(new RegExp(`^${runId}/1/\\d+/1/rows\\.csv$`)),
      offset: 0,
      rows: 1,
      bytes: 4,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      error: null,
    })
    expect(consumer.envelopes.get(`${runId}-1-20`)).toMatchObject({
      query: 'wrong',
      state: 'failed',
      artifact: null,
      rows: null,
      error: 'QP_SQL_ERROR',
    })
  })

  test('are all on the queue when the command of a private run has ended', async () => {
    const consumer = consume()
    await run(queries(12), '--database', service.databaseUrl, '--publish', consumer.queue)
    expect(await consumer.countWaiting()).toBe(12)
  })

  test('tell of what was cancelled before it had begun, too', async () => {
    const consumer = consume()
    consumer.start()
    const args = ['--database', 'main', '--publish', consumer.queue, '--detach']
    const runId = await run(queries(300).replaceAll('as n', ', pg_sleep(60)'), ...args)
    await service.querypool(['cancel', runId])
    await untilReceived(consumer, 300)
    for (const { state, error } of consumer.envelopes.values())
      expect({ state, error }).toEqual({ state: 'cancelled', error: 'QP_CANCELLED' })
  })

  test('are sent by the next overseer when one is killed after it has recorded them', async () => {
    const consumer = consume()
    consumer.start()
    const gate = await keepFromSending()
    const runId = await run(queries(10), '--database', 'main', '--publish', consumer.queue)
    expect(await countUnsent(runId)).toBe(10)
    process.kill(overseer.pid, 'SIGKILL')
    await overseer.ended
    await gate.end()
    expect(await countUnsent(runId)).toBe(10)
    overseer = await service.startOverseer()
    await untilReceived(consumer, 10)
    expect(consumer.ids).toHaveLength(10)
  })

  test('come once although they are sent again, as after a kill between sending and noting it', async () => {
    const consumer = consume()
    consumer.start()
    const runId = await run(queries(10), '--database', 'main', '--publish', consumer.queue)
    await untilReceived(consumer, 10)
    await vi.waitFor(async () => expect(await countUnsent(runId)).toBe(0), deadline)
    await service.journal.query('UPDATE querypool.publication SET sending = NULL WHERE run = $1', [runId])
    await vi.waitFor(async () => expect(await countUnsent(runId)).toBe(0), deadline)
    expect(consumer.ids).toHaveLength(10)
  })

  test('wait in the journal while a queue has more than anybody takes, and do not hold up those for other queues', async () => {
    const [full, free] = [consume(), consume()]
    await full.fill(20_000)
    const waiting = await run(queries(3), '--database', 'main', '--publish', full.queue)
    const sent = await run(queries(3), '--database', 'main', '--publish', free.queue)
    await vi.waitFor(async () => expect(await countUnsent(sent)).toBe(0), deadline)
    expect(await countUnsent(waiting)).toBe(3)
    await full.forget()
    await vi.waitFor(async () => expect(await full.countWaiting()).toBe(3), deadline)
  })

  test('that Redis has lost at the end, as when it is killed before it wrote them to disk, are sent again', async () => {
    const [kept, lost] = [consume(), consume()]
    await run(queries(3), '--database', 'main', '--publish', kept.queue)
    await vi.waitFor(async () => expect(await kept.countWaiting()).toBe(3), deadline)
    const { rows } = await service.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
    const mark = `${keyPrefix(rows[0]?.id ?? '')}:sending`
    const redis = connectRedis(service.redisUrl)
    onTestFinished(() => redis.disconnect())
    // The number of the last sending comes after its envelopes: wait until it is noted before it is read.
    await vi.waitFor(async () => expect(await countUnsentOfAll()).toBe(0), deadline)
    const before = await redis.get(mark)
    const runId = await run(queries(5), '--database', 'main', '--publish', lost.queue)
    await vi.waitFor(async () => expect(await countUnsent(runId)).toBe(0), deadline)
    await Promise.all([kept.forget(), lost.forget(), redis.set(mark, before ?? '')])
    await vi.waitFor(async () => expect(await lost.countWaiting()).toBe(5), deadline)
    expect(await kept.countWaiting(), 'was sent before and is not sent again').toBe(0)
  })
})

/** Keeps overseers from sending, until it is ended: it has the lock of the sweep. */
async function keepFromSending(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: service.journalUrl })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('SELECT pg_advisory_lock(7367647, 2)')
  return client
}

async function countUnsentOfAll(): Promise<number> {
  const { rows } = await service.journal.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM querypool.publication WHERE sending IS NULL',
  )
  return rows[0]?.n ?? Number.NaN
}
