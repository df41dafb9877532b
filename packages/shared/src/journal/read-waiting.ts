import { outcomeCounts } from './count-outcomes.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'

/** The queries of a run that have no result and do not run, but for those that wait for the result of another one. */
export interface WaitingCounts {
  /** They wait for other queries of the run to succeed. */
  readonly needing: number
  /** No job carries them yet. */
  readonly unclaimed: number
  /** Their next attempt is due later; the first of them at `retryAt`. */
  readonly retrying: number
  readonly retryAt: Date | null
  /** Handed out, and free to begin. */
  readonly ready: number
}

/**
 * Counts the waiting queries of a run. Only those are looked at that a job carries, which is a window of them, and those
 * that need none.
 */
export async function readWaiting(journal: Journal, run: string): Promise<WaitingCounts> {
  const { rows } = await journal.pool.query<WaitingCounts>(
    `SELECT needing, retrying, "retryAt", ready,
       greatest(0, r.query_count - c.succeeded - c.failed - c.cancelled - c.skipped - carried - followers - needing) AS unclaimed
     FROM querypool.run r, ${outcomeCounts}, LATERAL (
       SELECT count(*)::int AS carried,
         count(*) FILTER (WHERE waits AND j.not_before > clock_timestamp())::int AS retrying,
         min(j.not_before) FILTER (WHERE waits AND j.not_before > clock_timestamp()) AS "retryAt",
         count(*) FILTER (WHERE waits AND coalesce(j.not_before <= clock_timestamp(), true))::int AS ready
       FROM querypool.job j
       CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = j.run AND job = j.job ${oneByOne}) AS q
       CROSS JOIN LATERAL (SELECT q.running_since IS NULL AS waits) AS w
       WHERE j.run = r.id AND NOT j.settled AND NOT EXISTS (SELECT FROM querypool.result x
         WHERE x.run = q.run AND x.generation = r.generation AND x.position = q.position ${oneByOne})) AS o, LATERAL (
       SELECT count(*)::int AS followers FROM querypool.query q
       WHERE q.run = r.id AND q.job = 0 AND NOT EXISTS (SELECT FROM querypool.result x
         WHERE x.run = q.run AND x.generation = r.generation AND x.position = q.position ${oneByOne})) AS f, LATERAL (
       SELECT count(*)::int AS needing FROM querypool.query q
       WHERE q.run = r.id AND q.job = -2 AND NOT EXISTS (SELECT FROM querypool.result x
         WHERE x.run = q.run AND x.generation = r.generation AND x.position = q.position ${oneByOne})) AS n
     WHERE r.id = $1`,
    [run],
  )
  return rows[0] ?? { needing: 0, unclaimed: 0, retrying: 0, retryAt: null, ready: 0 }
}
