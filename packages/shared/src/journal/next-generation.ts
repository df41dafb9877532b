import type { PoolClient } from 'pg'
import { outcomeCounts } from './count-outcomes.ts'

/**
 * Keeps the latest generation of a run as it ended. Part of the transaction that opens the next one.
 * @param how `superseded`: the next one follows by itself, because the snapshot was lost
 */
export async function keepGeneration(client: PoolClient, run: string, how: 'over' | 'superseded'): Promise<void> {
  await client.query(
    `INSERT INTO querypool.generation (run, generation, state, slots, requested_at, requested_by, started_at, finished_at,
       cancel_requested_at, cancel_requested_by, succeeded, failed, cancelled, skipped, superseded)
     SELECT id, generation, state, slots, coalesce(retried_at, created_at), retried_by, started_at, finished_at,
       cancel_requested_at, cancel_requested_by, c.succeeded, c.failed, c.cancelled, c.skipped, $2
     FROM querypool.run r, ${outcomeCounts} WHERE id = $1`,
    [run, how === 'superseded'],
  )
}

const jobAtFirst = 'CASE WHEN needs IS NOT NULL THEN -2 WHEN same_as IS NOT NULL THEN -1 END'

/**
 * Has the queries of a run queued again that have no result in its next generation. They run, or take the result of a query
 * of their own run, but none of a run before: to retry means to run again. All that need others wait for them, until
 * `settleNeeds` has looked at what was carried over.
 * @returns how many
 */
export async function resetQueries(client: PoolClient, run: string, next: number): Promise<number> {
  await client.query('UPDATE querypool.job SET settled = true WHERE run = $1 AND NOT settled', [run])
  // What no job has ever carried is as it should be, and may be nearly all of a large run.
  await client.query(
    `UPDATE querypool.query q SET job = ${jobAtFirst}, failures = 0, prior_attempts = 0,
       lost_workers = 0, running_since = NULL, worker = NULL, pid = NULL
     WHERE run = $1 AND NOT (job IS NOT DISTINCT FROM ${jobAtFirst} AND failures = 0
         AND prior_attempts = 0 AND lost_workers = 0 AND running_since IS NULL AND worker IS NULL AND pid IS NULL)
       AND NOT EXISTS (SELECT FROM querypool.result x
         WHERE x.run = q.run AND x.position = q.position AND x.generation = $2)`,
    [run, next],
  )
  const { rows } = await client.query<{ reset: number }>(
    `SELECT r.query_count - c.succeeded - c.failed - c.cancelled - c.skipped AS reset
     FROM (SELECT id, query_count, $2::int AS generation FROM querypool.run WHERE id = $1) AS r, ${outcomeCounts}`,
    [run, next],
  )
  return rows[0]?.reset ?? 0
}
