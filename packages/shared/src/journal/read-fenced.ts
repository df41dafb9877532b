import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'

/** What the journal says of a job whose fence is held in its database. */
export interface FencedJob {
  readonly run: string
  readonly job: number
  readonly isPrivate: boolean
  /**
   * `past`: the job is settled, or of an earlier generation. `over`: its run is. `ending`: it is seen to by whoever ends
   * the run. `unknown`: the run goes on and has no such job.
   */
  readonly state: 'current' | 'past' | 'over' | 'ending' | 'unknown'
  /** The number of its current attempt. */
  readonly attempt: number
}

/** What the journal says of jobs, in any order; a job of a run that it does not know is not among them. */
export async function readFenced(
  journal: Journal,
  jobs: readonly { readonly run: string; readonly job: number }[],
): Promise<FencedJob[]> {
  if (jobs.length === 0) return []
  // A run that was ended unconfirmed is looked after for a day where runs are ended.
  const { rows } = await journal.pool.query<FencedJob>(
    `SELECT r.id AS run, f.job, r.private AS "isPrivate", coalesce(j.attempt, 0) AS attempt,
       CASE WHEN r.state NOT IN ('queued', 'running') THEN
           CASE WHEN r.cancel_unconfirmed_at > clock_timestamp() - interval '1 day' THEN 'ending' ELSE 'over' END
         WHEN j.job IS NULL THEN 'unknown'
         WHEN j.settled OR j.generation < r.generation THEN 'past'
         WHEN coalesce(r.cancel_requested_at, r.stopped_at) IS NOT NULL THEN 'ending'
         ELSE 'current' END AS state
     FROM unnest($1::text[], $2::int[]) AS f(run, job)
     JOIN querypool.run r ON r.id = f.run LEFT JOIN LATERAL (
       SELECT * FROM querypool.job WHERE run = f.run AND job = f.job ${oneByOne}) AS j ON true`,
    [jobs.map(({ run }) => run), jobs.map(({ job }) => job)],
  )
  return rows
}

/** The ids of the runs that are not over and of those that ended within a day, the newest first, at most `most` of them. */
export async function readRecentRuns(journal: Journal, most: number): Promise<string[]> {
  const { rows } = await journal.pool.query<{ id: string }>(
    `SELECT id FROM querypool.run
     WHERE state IN ('queued', 'running') OR finished_at > clock_timestamp() - interval '1 day'
     ORDER BY created_at DESC LIMIT $1`,
    [most],
  )
  return rows.map(({ id }) => id)
}
