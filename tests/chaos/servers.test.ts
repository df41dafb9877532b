import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis } from '@querypool/shared/queue'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createInstallation, documentOf, type Installation, type Running } from '../e2e/installation.ts'
import {
  closeGate,
  deadline,
  expectAllSucceeded,
  gatedQueries,
  type Recorded,
  readRecorded,
  startRun,
  untilBackends,
  waitingQueries,
  watchBackends,
} from './private-run.ts'

// These tests kill servers, so they have embedded ones of their own; only the target database is on the shared server.
const [redisPid, postgresPid, keeperPid] = ['data/redis/redis.pid', 'data/postgres/postmaster.pid', 'keeper.pid']

let installation: Installation
let home: string

beforeAll(async () => {
  installation = await createInstallation()
  home = join(installation.folder, 'embedded')
  await ensureEmbeddedServers(home)
})
afterAll(async () => {
  if (home !== undefined) await removeEmbeddedHome(home)
  await installation?.dispose()
})

function startEmbedded(sql: string): Promise<Running> {
  const own = { REDIS_URL: '', QUERYPOOL_JOURNAL_URL: '', QUERYPOOL_RESULTS: '', QUERYPOOL_HOME: home }
  return startRun(installation, sql, own)
}

async function readPid(pidFile: string): Promise<number> {
  return Number.parseInt(await readFile(join(home, pidFile), 'utf8'), 10)
}

async function kill(pidFile: string): Promise<void> {
  process.kill(await readPid(pidFile), 'SIGKILL')
}

async function readEmbedded(): Promise<Recorded> {
  const { postgresUrl } = await ensureEmbeddedServers(home)
  const journal = new pg.Pool({ connectionString: postgresUrl, max: 1 })
  journal.on('error', () => {})
  try {
    return await readRecorded(journal)
  } finally {
    await journal.end()
  }
}

async function expectSuccess(running: Running, count: number): Promise<void> {
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  expectAllSucceeded(documentOf(finished), count)
  expect(await readEmbedded()).toMatchObject({ state: 'succeeded', succeeded: count, results: count, failures: 0 })
}

test('a run goes on when its embedded Redis is killed', async () => {
  const running = await startEmbedded(waitingQueries(4, 3, 1, 1, 1, 1))
  await untilBackends(installation, 2)
  const watching = watchBackends(installation)
  await kill(redisPid)
  await expectSuccess(running, 6)
  await watching.expectTwoAtMost()
})

test('a run goes on when the PostgreSQL of its journal is killed', async () => {
  const running = await startEmbedded(waitingQueries(4, 3, 1, 1, 1, 1))
  await untilBackends(installation, 2)
  const watching = watchBackends(installation)
  await kill(postgresPid)
  await expectSuccess(running, 6)
  expect((await readEmbedded()).events, 'the overseer lives on').not.toContain('QP_OVERSEER_RESTARTED')
  await watching.expectTwoAtMost()
})

test('a run goes on when the keeper of its servers is killed, gets another, and tells of it', async () => {
  const gate = await closeGate(installation)
  const running = await startEmbedded(gatedQueries(3))
  await untilBackends(installation, 2)
  const killed = await readPid(keeperPid)
  process.kill(killed, 'SIGKILL')
  await vi.waitFor(async () => expect(await readPid(keeperPid)).not.toBe(killed), deadline)
  // Only a keeper brings Redis back.
  await kill(redisPid)
  await gate.open()
  await expectSuccess(running, 3)
  expect((await readEmbedded()).events).toContain('QP_KEEPER_RESTARTED')
  expect((await running.ended).stderr).toContain('QP_KEEPER_RESTARTED')
})

test('a run goes on when Redis loses all of its data, and every query has exactly one result', async () => {
  const running = await startEmbedded(waitingQueries(...Array<number>(30).fill(0.3)))
  await vi.waitFor(async () => {
    const { state, succeeded } = await readEmbedded()
    expect(state).toBe('running')
    expect(succeeded).toBeGreaterThanOrEqual(4)
  }, deadline)
  const redis = connectRedis((await ensureEmbeddedServers(home)).redisUrl)
  await redis.flushall()
  redis.disconnect()
  await expectSuccess(running, 30)
  expect((await readEmbedded()).events).toContain('QP_RUN_DISPATCHED_AGAIN')
})
