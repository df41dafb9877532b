import { createHash } from 'node:crypto'

/**
 * The two halves of the advisory lock that keeps attempts of one job apart in its target database: the first stands for
 * (installation, run), the second is the job, so that all backends of a run are found by the first.
 */
export interface FenceKey {
  readonly run: number
  readonly job: number
}

/** The fence of a job. Two 32-bit integers, as `pg_try_advisory_xact_lock(int, int)` takes them. */
export function fenceKey(installation: string, run: string, job: number): FenceKey {
  const hash = createHash('sha256').update(`${installation}:${run}`).digest()
  return { run: hash.readInt32BE(0), job }
}

/**
 * The application_name of an attempt's backend, for people and as second evidence: at most 63 bytes, for PostgreSQL
 * cuts what is longer.
 */
export function applicationName(installation: string, run: string, job: number, attempt: number): string {
  return `qp:${installation}:${run}:${job}:${attempt}`
}
