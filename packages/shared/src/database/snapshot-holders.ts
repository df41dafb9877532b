import { createHash } from 'node:crypto'
import type { Pool } from 'pg'

/** A server process that holds the snapshot of a generation, as the locks of the database say. */
export interface SnapshotHolder {
  readonly generation: number
  readonly place: number
  readonly pid: number
  /** When the server process began, which tells it from a later one of the same pid. */
  readonly startedAt: Date
}

/** Each snapshot is held in so many places, by processes of their own: the death of one loses nothing. */
export const snapshotPlaces = [1, 2] as const

/** The two halves of the advisory lock of a place: the first stands for (installation, run). */
export function placeLock(
  installation: string,
  run: string,
  generation: number,
  place: number,
): { readonly run: number; readonly place: number } {
  return { run: runKey(installation, run), place: generation * 4 + place }
}

function runKey(installation: string, run: string): number {
  return createHash('sha256').update(`${installation}:${run}:snapshot`).digest().readInt32BE(0)
}

const holdersOfRun = `
  SELECT a.pid, (l.objid::bigint / 4)::int AS generation, (l.objid::bigint % 4)::int AS place, a.backend_start
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = ($1::bigint & 4294967295)::oid`

/** Who holds snapshots of a run now. */
export async function findHolders(target: Pool, installation: string, run: string): Promise<SnapshotHolder[]> {
  const { rows } = await target.query<SnapshotHolder>(
    `SELECT pid, generation, place, backend_start AS "startedAt" FROM (${holdersOfRun}) AS h ORDER BY generation, place`,
    [runKey(installation, run)],
  )
  return rows
}

/** Ends these server processes, and their snapshots with them. One that holds none of the run any more is left alone. */
export async function endHolders(
  target: Pool,
  installation: string,
  run: string,
  holders: readonly SnapshotHolder[],
): Promise<void> {
  if (holders.length === 0) return
  await target.query(
    `SELECT pg_terminate_backend(h.pid) FROM (${holdersOfRun}) AS h
     JOIN unnest($2::int[], $3::timestamptz[]) AS e(pid, backend_start)
       ON h.pid = e.pid AND date_trunc('milliseconds', h.backend_start) = e.backend_start`,
    [runKey(installation, run), holders.map(({ pid }) => pid), holders.map(({ startedAt }) => startedAt)],
  )
}
