import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createService, type Program, type Service } from './create-service.ts'
import { documentOf } from './installation.ts'
import { type Received, startWebhook, type Webhook } from './webhook.ts'

const deadline = { timeout: 120_000, interval: 50 }
const secret = 'a secret that nobody sees: ßecret'

let service: Service
let overseer: Program
let webhook: Webhook
let environment: Record<string, string>

beforeAll(async () => {
  webhook = await startWebhook()
  environment = {
    HOOK_URL: `${webhook.url}/hidden-path`,
    OTHER_URL: `http://localhost:${webhook.port}/hidden-path`,
    HOOK_SECRET: secret,
  }
  service = await createService({ rest: 'notify: { allowPrivate: [127.0.0.0/8] }' }, environment)
  overseer = await service.startOverseer()
  await service.startWorker('worker-a')
})
afterAll(async () => {
  await service?.dispose()
  await webhook?.close()
})
beforeEach(async () => {
  await service.querypool(['databases', 'resume', 'main'])
  webhook.received.length = 0
  webhook.answer = 204
  await service.target.query(
    'DROP TABLE IF EXISTS switch; CREATE TABLE switch (bad int); GRANT SELECT ON switch TO public',
  )
})

let batches = 0

/** A batch of its own that fails as long as the table `switch` has a row, wholly or beside a query that succeeds. */
async function writeBatch(notify: string, { partial = false, url = 'HOOK_URL' } = {}): Promise<string> {
  const name = `told_${++batches}`
  const good = partial ? '\n  good: { sql: select 1 as n }' : ''
  return service.batchFile(
    `name: ${name}
database: main
notify:
  - ${notify}
    webhook: { url: "env:${url}", secret: env:HOOK_SECRET }
queries:${good}
  maybe: { sql: "select 1 / (1 - count(*)) as n, 'kept inside' as word from switch", retries: 0 }
`,
    `${name}.yaml`,
  )
}

async function run(file: string, ...args: string[]): Promise<{ runId: string; state: string }> {
  return documentOf(await service.querypool(['run', file, '--json', ...args]))
}

async function turn(way: 'bad' | 'good'): Promise<void> {
  await service.target.query(way === 'bad' ? 'INSERT INTO switch VALUES (1)' : 'DELETE FROM switch')
}

interface Told {
  readonly event: string
  readonly state: string
  readonly attempts: number
  readonly error: { readonly code: string; readonly message: string } | null
}

async function notificationsOf(runId: string): Promise<Told[]> {
  const { stdout } = await service.querypool(['status', runId, '--json'])
  return (JSON.parse(stdout) as { notifications: Told[] }).notifications
}

async function untilNotification(runId: string, wanted: Partial<Told> | object): Promise<void> {
  await vi.waitFor(async () => expect(await notificationsOf(runId)).toMatchObject([wanted]), deadline)
}

/** Has what waits for its next attempt be tried now. */
async function hurry(): Promise<void> {
  await service.journal.query(
    "UPDATE querypool.notification SET next_attempt_at = clock_timestamp() WHERE state = 'pending'",
  )
}

function eventsOf(runId: string): string[] {
  return webhook.received.filter(({ told }) => told.run === runId).map(({ told }) => told.event)
}

describe('a webhook', () => {
  test('is told of a success, with a signature that anybody who has the secret can compute', async () => {
    const file = await writeBatch('on: success')
    const { runId } = await run(file)
    await untilNotification(runId, { event: 'success', state: 'delivered', attempts: 1, error: null })
    expect(webhook.received).toHaveLength(1)
    const { path, headers, body } = webhook.received[0] as Received
    expect(path).toBe('/hidden-path')
    expect(JSON.parse(body)).toEqual({
      version: 1,
      id: headers['idempotency-key'],
      event: 'success',
      run: runId,
      batch: expect.stringMatching(/^told_\d+$/),
      generation: 1,
      database: 'main',
      state: 'succeeded',
      queries: { total: 1, succeeded: 1, failed: 0, cancelled: 0, skipped: 0 },
      createdAt: expect.any(String),
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      deadlineAt: null,
      failed: [],
      moreFailed: 0,
    })
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['querypool-signature'])) ?? []
    expect(signature).toBe(createHmac('sha256', Buffer.from(secret)).update(`${seconds}.`).update(body).digest('hex'))
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(3600)
  })

  test('is told of a failure once, of the recovery, and of the next failure', async () => {
    const file = await writeBatch('on: [failure, partial, recovery]')
    await turn('bad')
    const first = await run(file)
    expect(first.state).toBe('failed')
    await untilNotification(first.runId, { event: 'failure', state: 'delivered' })
    const [failure] = webhook.received
    expect(failure?.body).toContain('"failed":[{"query":"maybe","code":"QP_SQL_ERROR","sqlState":"22012"}]')
    const second = await run(file)
    expect(second.state).toBe('failed')
    expect(await notificationsOf(second.runId)).toEqual([])
    await turn('good')
    const third = await run(file)
    await untilNotification(third.runId, { event: 'recovery', state: 'delivered' })
    const fourth = await run(file)
    expect(await notificationsOf(fourth.runId)).toEqual([])
    await turn('bad')
    const fifth = await run(file)
    await untilNotification(fifth.runId, { event: 'failure', state: 'delivered' })
    expect(webhook.received.map(({ told }) => told.event)).toEqual(['failure', 'recovery', 'failure'])
  })

  test('is told of a partial end, and that a retry of the run made it good', async () => {
    const file = await writeBatch('on: [failure, partial, recovery]', { partial: true })
    await turn('bad')
    const { runId, state } = await run(file)
    expect(state).toBe('partial')
    await untilNotification(runId, { event: 'partial', state: 'delivered' })
    await turn('good')
    await service.querypool(['retry', runId])
    await vi.waitFor(() => expect(eventsOf(runId)).toEqual(['partial', 'recovery']), deadline)
    expect(webhook.received.map(({ told }) => told.generation)).toEqual([1, 2])
  })

  test('is not told of a cancelled run, which arms nothing either', async () => {
    const file = await writeBatch('on: [success, failure, recovery]')
    await service.target.query('INSERT INTO switch SELECT 1')
    const failed = await run(file)
    await untilNotification(failed.runId, { event: 'failure', state: 'delivered' })
    await service.querypool(['databases', 'pause', 'main'])
    const cancelled = await run(file, '--detach')
    await service.querypool(['cancel', cancelled.runId])
    await service.querypool(['databases', 'resume', 'main'])
    const again = await run(file)
    expect(await notificationsOf(cancelled.runId)).toEqual([])
    expect(await notificationsOf(again.runId)).toEqual([])
  })

  test('is told of a missed deadline while the run goes on, once until a run has kept it', async () => {
    const file = await writeBatch('on: success\n    deadline: 1s')
    await service.querypool(['databases', 'pause', 'main'])
    const late = await run(file, '--detach')
    await vi.waitFor(() => expect(eventsOf(late.runId)).toEqual(['missed-deadline']), deadline)
    expect(webhook.received[0]?.body).toContain('"finishedAt":null')
    await service.querypool(['databases', 'resume', 'main'])
    await vi.waitFor(() => expect(eventsOf(late.runId)).toEqual(['missed-deadline', 'success']), deadline)
    await service.querypool(['databases', 'pause', 'main'])
    const again = await run(file, '--detach')
    await vi.waitFor(async () => {
      const { rows } = await service.journal.query('SELECT next_deadline_at FROM querypool.run WHERE id = $1', [
        again.runId,
      ])
      expect(rows).toEqual([{ next_deadline_at: null }])
    }, deadline)
    await service.querypool(['databases', 'resume', 'main'])
    await untilNotification(again.runId, { event: 'success', state: 'delivered' })
  })
})

describe('a notification that cannot be delivered', () => {
  test('is sent again with the same id after a server error and after a redirect, which is not followed', async () => {
    const file = await writeBatch('on: success')
    webhook.answer = 500
    const { runId } = await run(file)
    await untilNotification(runId, { attempts: 1, state: 'pending', error: { code: 'QP_NOTIFY_STATUS' } })
    webhook.answer = 302
    await hurry()
    await untilNotification(runId, {
      attempts: 2,
      state: 'pending',
      error: { message: expect.stringContaining('302') },
    })
    webhook.answer = 200
    await hurry()
    await untilNotification(runId, { attempts: 3, state: 'delivered', error: null })
    expect(webhook.received.map(({ path }) => path)).toEqual(Array(3).fill('/hidden-path'))
    expect(new Set(webhook.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(new Set(webhook.received.map(({ body }) => body)).size).toBe(1)
  })

  test('is sent again by itself when nobody listened', async () => {
    const file = await writeBatch('on: success')
    await webhook.close()
    const { runId } = await run(file)
    await untilNotification(runId, { state: 'pending', error: { code: 'QP_NOTIFY_UNREACHABLE' } })
    await webhook.open()
    await untilNotification(runId, { state: 'delivered', attempts: 2 })
    expect(webhook.received).toHaveLength(1)
  })

  test('is given up at last, as an event of the run', async () => {
    const file = await writeBatch('on: success')
    webhook.answer = 500
    const { runId } = await run(file)
    await untilNotification(runId, { attempts: 1, state: 'pending' })
    await service.journal.query(
      "UPDATE querypool.notification SET attempts = 16, next_attempt_at = clock_timestamp() WHERE state = 'pending'",
    )
    await untilNotification(runId, { attempts: 17, state: 'failed' })
    const { stdout } = await service.querypool(['status', runId])
    expect(stdout).toContain('success to env:HOOK_URL: failed')
    expect(stdout).toContain('17 attempts failed')
    expect(stdout).toContain('[QP_NOTIFY_FAILED]')
  })

  test('waits, and says so, when the overseer has no such variable', async () => {
    const file = await writeBatch('on: success', { url: 'NO_SUCH_URL' })
    const { runId } = await run(file)
    await untilNotification(runId, {
      state: 'pending',
      error: { code: 'QP_SECRET_UNREADABLE', message: expect.stringContaining('env:NO_SUCH_URL') },
    })
  })

  test('is sent by another overseer when one dies on the way: with one id, and counted once', async () => {
    const file = await writeBatch('on: success')
    webhook.answer = 'none'
    const { runId } = await run(file)
    await vi.waitFor(() => expect(webhook.received).toHaveLength(1), deadline)
    overseer.kill()
    await overseer.ended
    webhook.answer = 204
    overseer = await service.startOverseer()
    await hurry()
    await untilNotification(runId, { state: 'delivered', attempts: 2 })
    expect(webhook.received.map(({ told }) => told.id)).toEqual(Array(2).fill(webhook.received[0]?.told.id))
  })
})

test('many runs and several overseers: each is told exactly once', async () => {
  const second = await service.startOverseer()
  const third = await service.startOverseer()
  const file = await writeBatch('on: success')
  const runs = await Promise.all(Array.from({ length: 8 }, () => run(file)))
  for (const { runId } of runs) await untilNotification(runId, { state: 'delivered', attempts: 1 })
  expect(webhook.received.map(({ told }) => told.run).toSorted()).toEqual(runs.map(({ runId }) => runId).toSorted())
  second.interrupt()
  third.interrupt()
  await Promise.all([second.ended, third.ended])
})

test('a private run tells before its command ends, from the environment of the command', async () => {
  const file = await writeBatch('on: success', { url: 'PRIVATE_URL' })
  const finished = await service.querypool(['run', file, '--json', '--database', service.databaseUrl], {
    env: { PRIVATE_URL: `${webhook.url}/private` },
  })
  const { runId } = documentOf(finished)
  expect(webhook.received.map(({ path, told }) => [path, told.run])).toEqual([['/private', runId]])
  expect(webhook.received[0]?.body).toContain('"database":null')
})

test('the journal and the logs hold references and no secrets', async () => {
  const file = await writeBatch('on: success')
  const { runId } = await run(file)
  await untilNotification(runId, { state: 'delivered' })
  for (const table of ['run', 'notification', 'standing', 'event']) {
    const { rows } = await service.journal.query<{ text: string }>(`SELECT t::text AS text FROM querypool.${table} t`)
    expect(rows.length).toBeGreaterThan(0)
    for (const { text } of rows) {
      expect(text).not.toContain('hidden-path')
      expect(text).not.toContain('nobody sees')
    }
  }
  expect(overseer.stderr()).not.toContain('hidden-path')
  expect(overseer.stderr()).not.toContain('nobody sees')
})

describe('without permission', () => {
  test('a webhook on this machine is refused, by its address and by its name, and never connected to', async () => {
    const strict = await createService({}, environment)
    try {
      await strict.startOverseer()
      await strict.startWorker('worker-b')
      for (const url of ['HOOK_URL', 'OTHER_URL']) {
        const file = await strict.batchFile(
          `name: strict\ndatabase: main\nnotify: [{ on: success, webhook: { url: "env:${url}", secret: env:HOOK_SECRET } }]\nqueries: { one: { sql: select 1 as n } }\n`,
          'strict.yaml',
        )
        const { runId } = documentOf(await strict.querypool(['run', file, '--json']))
        await vi.waitFor(async () => {
          const { stdout } = await strict.querypool(['status', runId, '--json'])
          expect(JSON.parse(stdout).notifications).toMatchObject([
            { state: 'pending', error: { code: 'QP_NOTIFY_ADDRESS' } },
          ])
        }, deadline)
      }
      expect(webhook.received).toEqual([])
    } finally {
      await strict.dispose()
    }
  })
})
