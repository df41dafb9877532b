import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { untilReleased } from '../chaos/snapshot-holders.ts'
import { createInstallation, documentOf, type Finished, type Installation } from './installation.ts'
import { type Between, startBalancer, startTransactionPooler } from './transaction-pooler.ts'

const sql = '-- name: one\nselect 1;\n-- name: two\nselect 2;\n'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

async function runThrough(between: Between): Promise<Finished> {
  const file = await installation.batchFile(`-- snapshot: shared\n${sql}`)
  return installation
    .querypool(['run', file, '--database', between.url, '--workers', '2', '--json'])
    .finally(() => between.close())
}

function expectRefused(finished: Finished, code: string): void {
  expect(finished.status, finished.stderr).toBe(1)
  const { state, queries } = documentOf(finished)
  expect(state).toBe('failed')
  for (const { error } of queries) expect(error?.code).toBe(code)
  expect(finished.stderr).toContain(`[${code}]`)
}

test('a shared snapshot is refused behind a pooler that gives each transaction another server process', async () => {
  expectRefused(await runThrough(await startTransactionPooler(installation.databaseUrl)), 'QP_SNAPSHOT_POOLER')
  await untilReleased(installation)
})

test('a shared snapshot is refused behind a balancer over several servers', async () => {
  const home = await mkdtemp(join(tmpdir(), 'querypool-snapshot-'))
  onTestFinished(() => removeEmbeddedHome(home))
  const other = new URL((await ensureEmbeddedServers(home)).postgresUrl)
  const { username, password, pathname } = new URL(installation.databaseUrl)
  const admin = new pg.Client(other.href)
  await admin.connect()
  await admin.query(`CREATE ROLE ${username} LOGIN PASSWORD '${password}'`)
  await admin.query(`CREATE DATABASE ${pathname.slice(1)} OWNER ${username}`)
  await admin.end()
  const otherUrl = Object.assign(new URL(other), { username, password, pathname }).href
  const balancer = await startBalancer([installation.databaseUrl, otherUrl])
  expectRefused(await runThrough(balancer), 'QP_SNAPSHOT_SERVERS_DIFFER')
  await untilReleased(installation)
})

test('a batch that says `snapshot: shared` has one, unless it is told otherwise', async () => {
  const shared = await installation.runBatch(`-- snapshot: shared\n${sql}`)
  const { runId } = documentOf(shared)
  const status = JSON.parse((await installation.querypool(['status', runId, '--json'])).stdout)
  expect(status.snapshot).toMatchObject({
    id: expect.any(String),
    lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
  })
  const own = documentOf(await installation.runBatch(`-- snapshot: shared\n${sql}`, '--snapshot', 'own'))
  expect(JSON.parse((await installation.querypool(['status', own.runId, '--json'])).stdout).snapshot).toBeNull()
})
