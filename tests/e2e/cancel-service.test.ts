import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { deadline, readRecorded, untilBackends, waitingQueries } from '../chaos/private-run.ts'
import { createService, type Service } from './create-service.ts'

let service: Service

beforeEach(async () => {
  service = await createService({ database: 'maxConcurrency: 2' })
})
afterEach(() => service?.dispose())

async function submit(database: string, env: Record<string, string> = {}): Promise<string> {
  const file = await service.batchFile(waitingQueries(600, 600, 600))
  const args = ['run', file, '--database', database, '--detach', '--json']
  return (JSON.parse((await service.querypool(args, { env })).stdout) as { runId: string }).runId
}

test('a run that no overseer has handed out yet is cancelled without any', async () => {
  const run = await submit('main')
  const cancelled = await service.querypool(['cancel', run, '--json'])
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', confirmed: true, counts: { cancelled: 3 } })
})

test('a run on a database that no overseer has configured can be cancelled, and forced when it had begun', async () => {
  await service.startOverseer()
  const config = join(service.folder, 'other.yaml')
  await writeFile(config, 'databases:\n  elsewhere:\n    url: env:MAIN_URL\n')
  const unbegun = await submit('elsewhere', { QUERYPOOL_CONFIG: config })
  expect(await service.querypool(['cancel', unbegun])).toMatchObject({ status: 4 })

  const begun = await submit('elsewhere', { QUERYPOOL_CONFIG: config })
  // As if an overseer that knew the database had handed something out.
  await service.journal.query("UPDATE querypool.run SET last_job = 1, state = 'running' WHERE id = $1", [begun])
  await service.journal.query('UPDATE querypool.query SET job = 1 WHERE run = $1 AND position = 0', [begun])
  await service.journal.query('INSERT INTO querypool.job (run, job, generation) VALUES ($1, 1, 1)', [begun])
  const waiting = service.startCommand(['cancel', begun])
  await vi.waitFor(() => expect(waiting.stderr()).toMatch(/^Waiting: .*\[QP_DATABASE_NOT_CONFIGURED\]$/m), deadline)
  const forced = await service.querypool(['cancel', begun, '--force'])
  expect(forced.stderr).toMatch(/^Ended without confirmation: .* no database elsewhere\. .*\[QP_CANCEL_UNCONFIRMED\]$/m)
  expect((await waiting.ended).status).toBe(4)
  const { events, state } = await readRecorded(service.journal)
  expect({ events, state }).toEqual({ events: expect.arrayContaining(['QP_CANCEL_UNCONFIRMED']), state: 'cancelled' })
})

test('a cancel waits while no overseer runs and says so, and the first one that comes carries it out', async () => {
  const overseer = await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '2')
  const run = await submit('main')
  await untilBackends(service, 2)
  overseer.kill()
  await overseer.ended
  const waiting = service.startCommand(['cancel', run, '--json'])
  await vi.waitFor(() => expect(waiting.stderr()).toMatch(/^Waiting: .*\[QP_WAITS_FOR_OVERSEER\]$/m), deadline)
  expect(await service.countBackends()).toBe(2)
  await service.startOverseer()
  const cancelled = await waiting.ended
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', confirmed: true })
  expect(await service.countFences()).toBe(0)
})

test('a query that ignores being cancelled is told with its server process, and ended', async () => {
  await service.target.query(`CREATE FUNCTION stubborn() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN END; END LOOP; END $$`)
  await service.startOverseer()
  await service.startWorker('worker-a')
  const file = await service.batchFile('-- name: stubborn\nselect stubborn();\n')
  const args = ['run', file, '--database', 'main', '--detach', '--json']
  const { runId } = JSON.parse((await service.querypool(args)).stdout) as { runId: string }
  await untilBackends(service, 1)
  const cancelled = await service.querypool(['cancel', runId, '--json'])
  expect(cancelled.stderr).toMatch(/^Waiting: .*server processes \d+\. To end it .*\[QP_CANCEL_WAITS\]$/m)
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', confirmed: true })
  expect(await service.countFences()).toBe(0)
})
