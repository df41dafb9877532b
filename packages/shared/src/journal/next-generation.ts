import type { PoolClient } from 'pg'

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
     FROM querypool.run r, LATERAL (
       SELECT count(*) FILTER (WHERE x.state = 'succeeded') AS succeeded,
         count(*) FILTER (WHERE x.state = 'failed') AS failed,
         count(*) FILTER (WHERE x.state = 'cancelled') AS cancelled,
         count(*) FILTER (WHERE x.state = 'skipped') AS skipped
       FROM querypool.result x WHERE x.run = r.id AND x.generation = r.generation) AS c WHERE id = $1`,
    [run, how === 'superseded'],
  )
}

/**
 * Has the queries of a run queued again that have no result in its next generation. They run, or take the result of a query
 * of their own run, but none of a run before: to retry means to run again.
 * @returns how many
 */
export async function resetQueries(client: PoolClient, run: string, next: number): Promise<number> {
  await client.query('UPDATE querypool.job SET settled = true WHERE run = $1 AND NOT settled', [run])
  const { rowCount } = await client.query(
    `UPDATE querypool.query q SET job = CASE WHEN same_as IS NOT NULL THEN -1 END, failures = 0, prior_attempts = 0, lost_workers = 0, running_since = NULL, worker = NULL, pid = NULL
     WHERE run = $1 AND NOT EXISTS (SELECT FROM querypool.result x
       WHERE x.run = q.run AND x.position = q.position AND x.generation = $2)`,
    [run, next],
  )
  return rowCount ?? 0
}
