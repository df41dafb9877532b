import { applicationName, fenceKey } from '@querypool/shared/database'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createService, type Service } from '../e2e/create-service.ts'
import { documentOf } from '../e2e/installation.ts'
import { closeGate, deadline, gatedQueries, untilBackends } from './private-run.ts'

let service: Service
let installation: string

beforeAll(async () => {
  service = await createService({ rest: 'timing: { reconcile: 1s }' })
  await service.startOverseer()
  await service.startOverseer()
  await service.startWorker('worker-a')
  const { rows } = await service.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
  installation = rows[0]?.id ?? ''
})
afterAll(() => service?.dispose())

/** A session in the target database that holds these locks, as an attempt's does, under that name. */
async function openHolder(
  name: string,
  ...locks: { run: number; job: number }[]
): Promise<{ isAlive(): Promise<boolean> }> {
  const client = new pg.Client({ connectionString: service.databaseUrl, application_name: name })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  await client.query('BEGIN')
  for (const { run, job } of locks) await client.query('SELECT pg_advisory_xact_lock($1, $2)', [run, job])
  return {
    isAlive: () =>
      client.query('SELECT').then(
        () => true,
        () => false,
      ),
  }
}

/** Waits until a query has its result, and gives its run. */
async function untilSettled(query: string): Promise<string> {
  return vi.waitFor(async () => {
    const { rows } = await service.journal.query<{ run: string }>(
      'SELECT run FROM querypool.result JOIN querypool.query USING (run, position) WHERE name = $1',
      [query],
    )
    if (rows[0] === undefined) throw new Error(`${query} has no result`)
    return rows[0].run
  }, deadline)
}

test('a session that still works for a run that is over, or a query that is settled, is ended, also under another name, and no other is', async () => {
  const gate = await closeGate(service)
  const finished = await service.querypool([
    'run',
    await service.batchFile('select 1;\n'),
    '--database',
    'main',
    '--json',
  ])
  const { runId: over } = documentOf(finished)
  const batch = await service.batchFile(`-- name: done\nselect 1;\n${gatedQueries(1)}`, 'gated.sql')
  const goingOn = service.startCommand(['run', batch, '--database', 'main', '--json'])
  const running = await untilSettled('done')
  await untilBackends(service, 1)
  const named = applicationName(installation, over, 1, 1)
  const left = await openHolder(named, fenceKey(installation, over, 1))
  const renamed = await openHolder('report', fenceKey(installation, over, 2))
  const settled = await openHolder('report', fenceKey(installation, running, 1))
  const others = [
    await openHolder(named),
    await openHolder(named, { run: 4711, job: 1 }),
    await openHolder('report', { run: 4711, job: 2 }),
    await openHolder(applicationName('other', over, 1, 1), fenceKey('other', over, 1)),
    await openHolder(applicationName(installation, 'rnobodyknows', 1, 1), fenceKey(installation, 'rnobodyknows', 1)),
  ]
  await vi.waitFor(async () => {
    const { rows } = await service.journal.query('SELECT run, code, message FROM querypool.event ORDER BY run, id')
    const said = (run: string, why: string) => ({ run, code: 'QP_BACKEND_LEFT', message: expect.stringContaining(why) })
    const [ended, settled] = ['its run is over', 'that is settled']
    expect(rows).toEqual([said(over, ended), said(over, ended), said(running, settled)])
  }, deadline)
  expect(await Promise.all([left, renamed, settled].map((each) => each.isAlive()))).toEqual([false, false, false])
  expect(await Promise.all(others.map((each) => each.isAlive()))).toEqual(others.map(() => true))
  await gate.open()
  const ended = await goingOn.ended
  expect(documentOf(ended).state, ended.stderr).toBe('succeeded')
})
