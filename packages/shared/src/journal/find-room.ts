import type { Pool, PoolClient } from 'pg'
import { leastObserved, mostObserved, roomForJobs } from '../run/index.ts'
import { outcomeCounts } from './count-outcomes.ts'

/** What of a run can be claimed. */
export interface Room {
  /** How many jobs its window lacks. */
  readonly jobs: number
  /** How many of its queries may run at once and can. */
  readonly slots: number
  readonly queryCount: number
  readonly leftCount: number
  readonly hasNeeds: boolean
  /** What of this generation has succeeded took so long, by the median of the latest; null: too few have. */
  readonly observedMs: number | null
}

/**
 * Looks for room in the window of a run's generation; null: nothing is to be claimed, or it is not worth a stride.
 * @param atOnce how many of its queries the workers that are there run at once; null: it is not known
 */
export async function findRoom(
  client: Pool | PoolClient,
  run: string,
  generation: number,
  atOnce: number | null,
): Promise<Room | null> {
  const { rows } = await client.query<{
    slots: number
    queryCount: number
    leftCount: number
    open: number
    isUnknown: boolean
    hasNeeds: boolean
    maxParallel: number | null
    observed: number
    observedMs: number | null
  }>(
    `SELECT slots, query_count AS "queryCount", has_needs AS "hasNeeds", max_parallel AS "maxParallel",
       query_count - (c.succeeded + c.failed + c.cancelled + c.skipped) AS "leftCount",
       (SELECT count(*)::int FROM querypool.job WHERE run = $1 AND NOT settled) AS open,
       EXISTS (SELECT FROM querypool.query WHERE run = $1 AND job IS NULL AND expected_ms + rest_ms IS NULL) AS "isUnknown",
       o.count AS observed, CASE WHEN o.count >= $3 THEN o.median END AS "observedMs"
     FROM querypool.run r, ${outcomeCounts}, LATERAL (
       SELECT count(*)::int, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median
       FROM (SELECT 1000 * extract(epoch FROM finished_at - started_at)::float8 AS ms FROM querypool.result
             WHERE run = $1 AND generation = $2 AND state = 'succeeded' ORDER BY feed DESC LIMIT $4) AS latest) AS o
     WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
       AND stopped_at IS NULL
       AND (state = 'queued' OR EXISTS (SELECT FROM querypool.query WHERE run = $1 AND job IS NULL))
       AND (NOT shared_snapshot OR EXISTS
         (SELECT FROM querypool.snapshot WHERE run = $1 AND generation = $2 AND taken_at IS NOT NULL))`,
    [run, generation, leastObserved, mostObserved],
  )
  const [state] = rows
  if (!state) return null
  const { slots, queryCount, leftCount, open, observedMs, hasNeeds, maxParallel } = state
  const usable = Math.min(slots, atOnce ?? slots)
  // What the first results show is too much, if these are short: each came alone, and many at once.
  const unknown = state.isUnknown && state.observed < mostObserved ? queryCount : null
  const jobs = roomForJobs(open, { slots, usable, unknown, hasNeeds, maxParallel })
  return jobs === 0 ? null : { jobs, slots: usable, queryCount, leftCount, observedMs, hasNeeds }
}
