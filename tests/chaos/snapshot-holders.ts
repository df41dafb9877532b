import { expect, vi } from 'vitest'
import type { Installation } from '../e2e/installation.ts'
import { processesOf } from '../e2e/processes-of-home.ts'
import { deadline } from './private-run.ts'

/** The processes that hold snapshots for an installation. */
export async function findHolderProcesses(installation: Installation): Promise<number[]> {
  const own = await processesOf(`${installation.folder}/home`)
  return own.filter(({ commandLine }) => commandLine.includes('snapshot-holder')).map(({ pid }) => pid)
}

/** The server processes that hold a snapshot, the oldest first. */
export async function findHolderBackends(installation: Installation): Promise<number[]> {
  const { rows } = await installation.target.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'qp:%:snapshot'
     ORDER BY backend_start`,
  )
  return rows.map(({ pid }) => pid)
}

/** Waits until two processes hold the snapshot and are known to, others than these. */
export async function untilHeld(installation: Installation, others: readonly number[] = []): Promise<number[]> {
  return vi.waitFor(async () => {
    const { rows } = await installation.journal.query('SELECT pid FROM querypool.snapshot_holder')
    expect(rows).toHaveLength(2)
    const processes = await findHolderProcesses(installation)
    expect(processes).toHaveLength(2)
    for (const pid of others) expect(processes).not.toContain(pid)
    expect(await findHolderBackends(installation)).toEqual(expect.arrayContaining(rows.map(({ pid }) => pid)))
    return processes
  }, deadline)
}

/** Waits until nothing holds a snapshot: no process, no session, and the journal knows it. */
export async function untilReleased(installation: Installation): Promise<void> {
  await vi.waitFor(async () => {
    expect(await findHolderProcesses(installation)).toEqual([])
    const { rows } = await installation.target.query(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
         AND (application_name LIKE 'qp:%' OR application_name = 'querypool-snapshot' OR state LIKE 'idle in trans%')`,
    )
    expect(rows).toEqual([])
    const left = await installation.journal.query('SELECT FROM querypool.snapshot WHERE released_at IS NULL')
    expect(left.rows).toEqual([])
  }, deadline)
}
