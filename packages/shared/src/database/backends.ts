import type { Pool } from 'pg'
import { fenceKey } from './fence.ts'

/** A server process of the target database that works for a run. */
export interface Backend {
  readonly pid: number
  readonly job: number
  /** When the backend began, which tells it from a later one of the same pid. */
  readonly startedAt: Date
}

// By the lock and not by the application_name, which a statement can change while it runs.
const backendsOfRun = `
  SELECT a.pid, l.objid::bigint::int AS job, a.backend_start
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = ($1::bigint & 4294967295)::oid`

/** The backends that work for a run now, as the locks of its target database say. */
export async function findBackends(target: Pool, installation: string, run: string): Promise<Backend[]> {
  const { rows } = await target.query<{ pid: number; job: number; backend_start: Date }>(backendsOfRun, [
    fenceKey(installation, run, 0).run,
  ])
  return rows.map((row) => ({ pid: row.pid, job: row.job, startedAt: row.backend_start }))
}

/** A server process of the target database that holds a lock as fences are: it may be one. */
export interface FenceHolder extends Backend {
  /** The first half of the lock: it stands for a run, see `fenceKey`. */
  readonly fenceRun: number
  readonly applicationName: string
}

/**
 * All that may be fences in a target database now, of whichever run or installation.
 * @param slots the first half of the locks that are the slots of the database, and no fences
 */
export async function findFenceHolders(target: Pool, slots: number | null): Promise<FenceHolder[]> {
  const { rows } = await target.query<{
    pid: number
    run: number
    job: number
    backend_start: Date
    name: string
  }>(
    `SELECT a.pid, l.classid::bigint::bit(32)::int AS run, l.objid::bigint::bit(32)::int AS job, a.backend_start,
       a.application_name AS name
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND a.backend_start IS NOT NULL
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.classid IS DISTINCT FROM ($1::bigint & 4294967295)::oid`,
    [slots],
  )
  return rows.map(({ pid, run, job, backend_start, name }) => ({
    pid,
    job,
    startedAt: backend_start,
    fenceRun: run,
    applicationName: name,
  }))
}

/** Asks the server to cancel what these backends run now. One that works for the run no more is left alone. */
export async function cancelBackends(
  target: Pool,
  installation: string,
  run: string,
  backends: readonly Backend[],
): Promise<void> {
  await signalBackends(target, 'pg_cancel_backend', installation, run, backends)
}

/**
 * Ends these backends, their transactions rolled back. One that works for the run no more is left alone.
 * @returns how many were
 */
export async function terminateBackends(
  target: Pool,
  installation: string,
  run: string,
  backends: readonly Backend[],
): Promise<number> {
  return signalBackends(target, 'pg_terminate_backend', installation, run, backends)
}

// Asks for the lock once more, for a session goes on with queries of other runs.
async function signalBackends(
  target: Pool,
  signal: 'pg_cancel_backend' | 'pg_terminate_backend',
  installation: string,
  run: string,
  backends: readonly Backend[],
): Promise<number> {
  if (backends.length === 0) return 0
  const { rowCount } = await target.query(
    `SELECT ${signal}(a.pid) FROM (${backendsOfRun}) AS a
     JOIN unnest($2::int[], $3::int[], $4::timestamptz[]) AS b(pid, job, backend_start)
       ON a.pid = b.pid AND a.job = b.job AND date_trunc('milliseconds', a.backend_start) = b.backend_start`,
    [
      fenceKey(installation, run, 0).run,
      backends.map(({ pid }) => pid),
      backends.map(({ job }) => job),
      backends.map(({ startedAt }) => startedAt),
    ],
  )
  return rowCount ?? 0
}
