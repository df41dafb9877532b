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
 * The run that an application_name names, if it is one of this installation and the fence that its backend holds proves it:
 * SQL can give its session any name, but not the lock of another run. Null: not proven.
 */
export function runOfBackend(installation: string, name: string, fenceRun: number): string | null {
  const [mark, ofInstallation, run] = name.split(':')
  if (mark !== 'qp' || ofInstallation !== installation || !run) return null
  return fenceKey(installation, run, 0).run === fenceRun ? run : null
}

/**
 * The application_name of an attempt's backend, for people and as second evidence: at most 63 bytes, for PostgreSQL
 * cuts what is longer.
 */
export function applicationName(installation: string, run: string, job: number, attempt: number): string {
  return `qp:${installation}:${run}:${job}:${attempt}`
}
