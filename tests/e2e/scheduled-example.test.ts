import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createService, type Service } from './create-service.ts'
import { startWebhook, type Webhook } from './webhook.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')
const secret = 'of the example'

let service: Service
let webhook: Webhook
let folder: string

beforeAll(async () => {
  webhook = await startWebhook()
  service = await createService(
    { rest: 'notify: { allowPrivate: [127.0.0.0/8] }' },
    { SALES_WEBHOOK_URL: webhook.url, SALES_WEBHOOK_SECRET: secret },
  )
  folder = join(service.folder, 'examples')
  await cp(examples, folder, { recursive: true })
  const file = join(folder, 'daily-sales.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace('database: demo', `database: ${service.database}`))
  // As the demo has them, of two branches.
  await service.target.query(`
    CREATE TABLE pgbench_history AS SELECT n % 20 + 1 AS tid, n % 20 / 10 + 1 AS bid, n::bigint * 7919 % 10007 - 5003 AS delta,
      timestamp '2026-01-01' + n * interval '1 second' AS mtime FROM generate_series(1, 50000) n;
    GRANT SELECT ON pgbench_history TO public`)
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '4')
})
afterAll(async () => {
  await service?.dispose()
  await webhook?.close()
})

/** Triggers the slot that ends at this instant, and waits until its run is over. */
async function trigger(slot: string): Promise<{ run: string; status: number | null }> {
  const { stdout } = await service.querypool(['schedule', 'trigger', 'daily_sales', '--slot', slot, '--json'])
  const { run } = JSON.parse(stdout) as { run: string }
  const { status } = await service.querypool(['status', run, '--watch'])
  return { run, status }
}

async function statesOf(run: string): Promise<Record<string, number>> {
  const { rows } = await service.journal.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int FROM querypool.result WHERE run = $1 GROUP BY state',
    [run],
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

function told(): string[] {
  return webhook.received.map(({ told: { event } }) => event)
}

test('the scheduled example tells of a day without data and of its recovery, and has the data of its slot', async () => {
  expect(await service.querypool(['schedule', 'sync', folder])).toMatchObject({ status: 0 })
  const empty = await trigger('2026-03-01T02:30')
  expect(empty.status).toBe(1)
  expect(await statesOf(empty.run), 'nothing begins behind what failed').toEqual({ failed: 1, skipped: 6 })
  await vi.waitFor(() => expect(told()).toEqual(['failure']), { timeout: 120_000 })
  const full = await trigger('2026-01-02T02:30')
  expect(full.status).toBe(0)
  expect(await statesOf(full.run)).toEqual({ succeeded: 7 })
  await vi.waitFor(() => expect(told()).toEqual(['failure', 'recovery']), { timeout: 120_000 })
  const { stdout } = await service.querypool(['results', full.run, 'summary', '--format', 'json'])
  const { rows } = await service.target.query(
    `SELECT bid AS branch, count(*)::int AS movements, sum(delta)::int AS balance FROM pgbench_history
     WHERE mtime >= timestamp '2026-01-01 01:30' GROUP BY bid ORDER BY bid`,
  )
  expect(JSON.parse(stdout).map((row: object) => Object.values(row).map(Number))).toEqual(
    rows.map((row) => Object.values(row).map(Number)),
  )
})
