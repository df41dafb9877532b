import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf } from '../e2e/installation.ts'
import { closeGate, deadline, gatedQueries, readRecorded, startRun, untilBackends } from './private-run.ts'
import { findHolderProcesses, untilHeld, untilReleased } from './snapshot-holders.ts'
import { leaveUnfinishedRows } from './unfinished-rows.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

async function killHolders(holders: readonly number[]): Promise<void> {
  for (const pid of holders) process.kill(pid, 'SIGSTOP')
  for (const pid of holders) process.kill(pid, 'SIGKILL')
}

async function untilGeneration(generation: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await installation.journal.query(
      'SELECT generation FROM querypool.run ORDER BY created_at DESC LIMIT 1',
    )
    expect(rows[0]?.generation).toBe(generation)
  }, deadline)
}

async function readResults(run: string): Promise<Record<string, number>> {
  const { rows } = await installation.journal.query<{ what: string; n: number }>(
    `SELECT generation || ' ' || state || coalesce(' ' || (error->>'code'), '') AS what, count(*)::int AS n
     FROM querypool.result WHERE run = $1 GROUP BY 1`,
    [run],
  )
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]))
}

test('a run whose holders all die at once runs all of its queries again in a new snapshot, also what had succeeded', async () => {
  const gate = await closeGate(installation)
  const quick = '-- name: quick\nselect 0 as number;\n'
  // A worker for each, so that the quick one ends behind the gate also where it has to be tried again.
  const running = await startRun(installation, quick + gatedQueries(4), {}, '--snapshot', 'shared', '--workers', '5')
  const holders = await untilHeld(installation)
  await vi.waitFor(async () => expect((await readRecorded(installation.journal)).succeeded).toBe(1), deadline)
  await untilBackends(installation, 4 + holders.length)
  const { run } = await readRecorded(installation.journal)
  const early = await installation.querypool(['results', run, 'quick'])
  expect(early.status, 'it may be superseded').toBe(1)
  expect(early.stderr).toContain('[QP_NO_RESULT]')
  const unfinished = await leaveUnfinishedRows(installation.resultsFolder, run)
  await killHolders(holders)
  await untilGeneration(2)
  await untilHeld(installation, holders)
  // What ran in the lost snapshot was ended, and runs again.
  await vi.waitFor(async () => {
    const { rows } = await installation.target.query<{ job: number }>(
      `SELECT split_part(application_name, ':', 4)::int AS job FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'qp:%' AND query LIKE 'COPY%' AND state = 'active'`,
    )
    expect(rows).toHaveLength(4)
    for (const { job } of rows) expect(job).toBeGreaterThan(5)
  }, deadline)
  await gate.open()
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(document).toMatchObject({ state: 'succeeded', generation: 2 })
  expect(queryOf(document, 'quick')).toMatchObject({ state: 'succeeded', carriedFrom: null })
  expect(await readResults(run)).toEqual({ '1 succeeded': 1, '1 failed QP_SNAPSHOT_LOST': 4, '2 succeeded': 5 })
  expect(finished.stderr).toContain('[QP_SNAPSHOT_LOST]')
  const shown = await installation.querypool(['status', run])
  expect(shown.stdout).toMatch(/^Generation 1: partial: .*, superseded as its snapshot was lost$/m)
  await untilReleased(installation)
  await unfinished.expectGone()
})

test('a run that loses its snapshot for the third time fails with QP_SNAPSHOT_LOST', async () => {
  await closeGate(installation)
  const running = await startRun(installation, gatedQueries(3), {}, '--snapshot', 'shared')
  let holders: number[] = []
  for (const generation of [1, 2, 3]) {
    await untilGeneration(generation)
    holders = await untilHeld(installation, holders)
    await killHolders(holders)
  }
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(1)
  const document = documentOf(finished)
  expect(document).toMatchObject({ state: 'failed', generation: 3 })
  for (const { state, error } of document.queries)
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'QP_SNAPSHOT_LOST' })
  await untilReleased(installation)
  expect(await installation.countBackends()).toBe(0)
})

test('a run whose server is killed and started again goes on in a new snapshot', async () => {
  const home = await mkdtemp(join(tmpdir(), 'querypool-snapshot-'))
  onTestFinished(() => removeEmbeddedHome(home))
  const { postgresUrl } = await ensureEmbeddedServers(home)
  const sql = Array.from({ length: 6 }, (_, n) => `-- name: q${n}\nselect pg_current_snapshot(), pg_sleep(1);\n`).join(
    '',
  )
  const file = await installation.batchFile(`-- snapshot: shared\n${sql}`)
  const running = installation.start(['run', file, '--database', postgresUrl, '--workers', '2', '--json'])
  await vi.waitFor(async () => expect((await readRecorded(installation.journal)).succeeded).toBe(2), deadline)
  const [postmaster = ''] = (await readFile(join(home, 'data/postgres/postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(postmaster), 'SIGKILL')
  await vi.waitFor(async () => {
    await ensureEmbeddedServers(home)
    await untilGeneration(2)
  }, deadline)
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(document).toMatchObject({ state: 'succeeded', generation: 2 })
  const seen = new Set<string>()
  for (const { name } of document.queries) {
    const { stdout } = await installation.querypool(['results', document.runId, name, '--format', 'json'])
    seen.add((JSON.parse(stdout) as [{ pg_current_snapshot: string }])[0].pg_current_snapshot)
  }
  expect(seen.size).toBe(1)
  await vi.waitFor(async () => expect(await findHolderProcesses(installation)).toEqual([]), deadline)
})
