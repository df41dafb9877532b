import type { Journal } from './journal.ts'

/** The queries of a run that have no result and do not run, but for those that wait for the result of another one. */
export interface WaitingCounts {
  /** No job carries them yet. */
  readonly unclaimed: number
  /** Their next attempt is due later; the first of them at `retryAt`. */
  readonly retrying: number
  readonly retryAt: Date | null
  /** Handed out, and free to begin. */
  readonly ready: number
}

/** Counts the waiting queries of a run. */
export async function readWaiting(journal: Journal, run: string): Promise<WaitingCounts> {
  const { rows } = await journal.pool.query<WaitingCounts>(
    `SELECT count(*) FILTER (WHERE coalesce(q.job, -1) = -1)::int AS unclaimed,
       count(*) FILTER (WHERE j.not_before > clock_timestamp())::int AS retrying,
       min(j.not_before) FILTER (WHERE j.not_before > clock_timestamp()) AS "retryAt",
       count(*) FILTER (WHERE q.job > 0 AND coalesce(j.not_before <= clock_timestamp(), true))::int AS ready
     FROM querypool.query q JOIN querypool.run r ON r.id = q.run
     LEFT JOIN querypool.job j ON j.run = q.run AND j.job = q.job
     WHERE q.run = $1 AND q.running_since IS NULL AND NOT EXISTS (SELECT FROM querypool.result x
       WHERE x.run = q.run AND x.generation = r.generation AND x.position = q.position)`,
    [run],
  )
  return rows[0] ?? { unclaimed: 0, retrying: 0, retryAt: null, ready: 0 }
}
