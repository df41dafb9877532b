import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis } from '@querypool/shared/queue'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createService, type Program, type Service } from '../e2e/create-service.ts'
import { documentOf, type Running } from '../e2e/installation.ts'
import { closeGate, deadline, gatedQueries, readRecorded, untilBackends } from './private-run.ts'
import { findHolderBackends, findHolderProcesses, untilHeld, untilReleased } from './snapshot-holders.ts'
import { readSums, startTransfers, sums } from './transfers.ts'

// Two queries run at once, and two holders are there.
const allBackends = 4

let home: string
let redisUrl: string
let service: Service
let overseer: Program

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'querypool-snapshot-'))
  redisUrl = (await ensureEmbeddedServers(home)).redisUrl
  service = await createService({ database: 'maxConcurrency: 2' }, { REDIS_URL: redisUrl })
  overseer = await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '2')
})
afterEach(async () => {
  await service?.dispose()
  if (home !== undefined) await removeEmbeddedHome(home)
})

async function start(sql: string): Promise<Running> {
  const file = await service.batchFile(`-- snapshot: shared\n${sql}`)
  return service.startCommand(['run', file, '--database', 'main', '--json'])
}

async function expectOneSnapshot(running: Running): Promise<void> {
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  expect(documentOf(finished)).toMatchObject({ state: 'succeeded', generation: 1 })
  const { here, there } = await readSums(service, documentOf(finished).runId)
  expect({ here: here.length, there: there.length }).toEqual({ here: 1, there: 1 })
  await untilReleased(service)
}

/** Kills only the overseer itself: `kill` takes the holders that it has started with it. */
function killOverseer(): void {
  process.kill(overseer.pid, 'SIGKILL')
}

test('the holders outlive an overseer, and the next one takes over, replaces one that dies, and ends the run', async () => {
  const transfers = await startTransfers(service)
  onTestFinished(() => transfers.stop())
  const gate = await closeGate(service)
  const running = await start(sums(12, 4))
  const holders = await untilHeld(service)
  await untilBackends(service, allBackends)
  killOverseer()
  await overseer.ended
  const moved = transfers.count()
  await vi.waitFor(() => expect(transfers.count()).toBeGreaterThan(moved + 100), deadline)
  expect(await findHolderProcesses(service)).toEqual(holders)
  await service.startOverseer()
  process.kill(holders[0] ?? 0, 'SIGKILL')
  await untilHeld(service, holders.slice(0, 1))
  await gate.open()
  await expectOneSnapshot(running)
})

test('Redis loses all of its data in the middle, and the snapshot is the same', async () => {
  const transfers = await startTransfers(service)
  onTestFinished(() => transfers.stop())
  const gate = await closeGate(service)
  const running = await start(sums(12, 4))
  await untilHeld(service)
  await vi.waitFor(async () => {
    expect((await readRecorded(service.journal)).succeeded).toBe(3)
  }, deadline)
  await untilBackends(service, allBackends)
  const redis = connectRedis(redisUrl)
  await redis.flushall()
  redis.disconnect()
  await vi.waitFor(async () => {
    expect((await readRecorded(service.journal)).events).toContain('QP_RUN_DISPATCHED_AGAIN')
  }, deadline)
  await gate.open()
  await expectOneSnapshot(running)
})

/** Has the journal note how many sessions of runs are left in the target at the moment in which a run becomes cancelled. */
async function noteBackendsAtCancel(): Promise<void> {
  // Both are on one server, so the one sees the sessions of the other.
  await service.journal.query(
    `CREATE TABLE at_cancel (backends int);
     CREATE FUNCTION note_backends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO public.at_cancel SELECT count(*) FROM pg_stat_activity
       WHERE datname = '${service.databaseName}' AND application_name LIKE 'qp:%';
       RETURN NEW;
     END $$;
     CREATE TRIGGER note_backends BEFORE UPDATE OF state ON querypool.run FOR EACH ROW
       WHEN (NEW.state = 'cancelled') EXECUTE FUNCTION note_backends()`,
  )
}

test('when a run is cancelled, nothing holds its snapshot any more, also where a holder stands still', async () => {
  await closeGate(service)
  const running = await start(gatedQueries(4))
  const [frozen = 0] = await untilHeld(service)
  await untilBackends(service, allBackends)
  process.kill(frozen, 'SIGSTOP')
  const { run } = await readRecorded(service.journal)
  await noteBackendsAtCancel()
  const cancelled = await service.querypool(['cancel', run, '--json'])
  expect(cancelled.status, cancelled.stderr).toBe(4)
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', confirmed: true })
  const { rows } = await service.journal.query('SELECT backends FROM at_cancel')
  expect(rows).toEqual([{ backends: 0 }])
  await running.ended
  await untilReleased(service)
})

test('a holder that stands still holds the snapshot on, and is ended when the run is over', async () => {
  const gate = await closeGate(service)
  const running = await start(gatedQueries(4))
  const [frozen = 0] = await untilHeld(service)
  await untilBackends(service, allBackends)
  process.kill(frozen, 'SIGSTOP')
  expect(await findHolderBackends(service)).toHaveLength(2)
  await gate.open()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  await untilReleased(service)
})
