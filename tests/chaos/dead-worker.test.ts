import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createService, type Service } from '../e2e/create-service.ts'
import { documentOf } from '../e2e/installation.ts'
import { deadline, readRecorded, untilBackends, waitingQueries, watchBackends } from './private-run.ts'

let service: Service

beforeAll(async () => {
  service = await createService()
  await service.startOverseer()
})
afterAll(() => service?.dispose())

test('the query of the only worker is run again when a worker comes back: its session is gone, and there are never two', async () => {
  const worker = await service.startWorker('worker-a')
  const file = await service.batchFile(waitingQueries(600))
  const submitted = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
  const { runId } = JSON.parse(submitted.stdout) as { runId: string }
  await untilBackends(service, 1)
  const watching = watchBackends(service)
  const killedAt = performance.now()
  const elapsed = (): string => ((performance.now() - killedAt) / 1000).toFixed(1)
  worker.kill()
  await vi.waitFor(async () => {
    expect(await service.countBackends()).toBe(0)
    expect(await service.countFences()).toBe(0)
  }, deadline)
  console.log(`the backend was gone after ${elapsed()} s`)
  // Nobody else works, so only an overseer can find out.
  await vi.waitFor(async () => {
    const { rows } = await service.journal.query('SELECT attempt, lost_workers AS lost FROM querypool.job')
    expect(rows).toEqual([{ attempt: 2, lost: 1 }])
  }, deadline)
  console.log(`the dead worker was noticed after ${elapsed()} s, with no worker there`)
  expect((await readRecorded(service.journal)).events).toEqual(['QP_WORKER_LOST'])
  await service.startWorker('worker-b')
  await untilBackends(service, 1)
  const { rows } = await service.target.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'qp:%'`,
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.name, 'the second attempt').toMatch(/:2$/)
  await watching.expectTwoAtMost()
  expect((await service.querypool(['cancel', runId])).status).toBe(4)
})

test('sessions have the server ask every few seconds whether their worker is still there', async () => {
  await service.startWorker('worker-c')
  const names = [
    'client_connection_check_interval',
    'tcp_keepalives_idle',
    'tcp_keepalives_interval',
    'tcp_keepalives_count',
  ]
  const sql = names.map((name) => `current_setting('${name}') as ${name}`).join(', ')
  const file = await service.batchFile(
    `-- name: settings\nselect ${sql};\n-- name: again\nselect ${sql};\n`,
    'settings.sql',
  )
  const run = documentOf(await service.querypool(['run', file, '--database', 'main', '--json']))
  for (const name of ['settings', 'again']) {
    const { stdout } = await service.querypool(['results', run.runId, name, '--format', 'json'])
    expect(JSON.parse(stdout)).toEqual([
      {
        client_connection_check_interval: '5s',
        tcp_keepalives_idle: '10',
        tcp_keepalives_interval: '5',
        tcp_keepalives_count: '3',
      },
    ])
  }
})
