import type { AttemptId } from '../result/index.ts'
import type { Journal } from './journal.ts'

/** What settling an attempt has to know of its job. */
export interface JobState {
  /** Whether this attempt is still the one that settles the job. */
  readonly isCurrent: boolean
  /** Whether it is of a generation of the run that was followed by another. */
  readonly isPast: boolean
  readonly lostWorkers: number
  readonly cancelRequestedBy: string | null
  readonly cancelRequested: boolean
  readonly queries: readonly {
    position: number
    name: string
    failures: number
    retries: number | null
    timeoutMs: number | null
  }[]
}

/** The state of an attempt's job, with those of its queries that have no result yet; null when the journal doesn't know it. */
export async function readJob(journal: Journal, id: AttemptId): Promise<JobState | null> {
  const { rows } = await journal.pool.query<{
    is_current: boolean
    is_past: boolean
    lost_workers: number
    cancel_requested_by: string | null
    cancel_requested: boolean
    queries: JobState['queries'] | null
  }>(
    `SELECT (j.generation = $3 AND j.attempt = $4 AND NOT j.settled) AS is_current,
       j.generation < r.generation AS is_past, j.lost_workers,
       r.cancel_requested_by, r.cancel_requested_at IS NOT NULL AS cancel_requested,
       (SELECT jsonb_agg(jsonb_build_object('position', q.position, 'name', q.name, 'failures', q.failures,
          'retries', q.retries, 'timeoutMs', q.timeout_ms) ORDER BY q.position)
        FROM querypool.query q WHERE q.run = j.run AND q.job = j.job AND NOT EXISTS (SELECT FROM querypool.result x
          WHERE x.run = q.run AND x.generation = j.generation AND x.position = q.position)) AS queries
     FROM querypool.job j JOIN querypool.run r ON r.id = j.run WHERE j.run = $1 AND j.job = $2`,
    [id.run, id.job, id.generation, id.attempt],
  )
  const row = rows[0]
  return row
    ? {
        isCurrent: row.is_current,
        isPast: row.is_past,
        lostWorkers: row.lost_workers,
        cancelRequestedBy: row.cancel_requested_by,
        cancelRequested: row.cancel_requested,
        queries: row.queries ?? [],
      }
    : null
}
