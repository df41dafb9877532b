import type { Journal } from './journal.ts'

/** How many runs are not over, by state. */
export async function countRuns(journal: Journal): Promise<Map<string, number>> {
  const { rows } = await journal.pool.query<{ state: string; count: number }>(
    `SELECT state, count(r.id)::int AS count FROM (VALUES ('queued'), ('running')) AS s(state)
     LEFT JOIN querypool.run r USING (state) GROUP BY state`,
  )
  return new Map(rows.map(({ state, count }) => [state, count]))
}

/** How old the oldest shared snapshot of each database is that may still be held, in seconds. */
export async function readSnapshotAges(journal: Journal): Promise<Map<string, number>> {
  const { rows } = await journal.pool.query<{ database: string; seconds: number }>(
    `SELECT r.database, extract(epoch FROM clock_timestamp() - min(s.taken_at))::float8 AS seconds
     FROM querypool.snapshot s JOIN querypool.run r ON r.id = s.run
     WHERE s.released_at IS NULL AND s.taken_at IS NOT NULL GROUP BY r.database`,
  )
  return new Map(rows.map(({ database, seconds }) => [database, seconds]))
}

/** How many results the journal has, by state; those that a retry has carried over count once. */
export async function countSettled(journal: Journal): Promise<Map<string, number>> {
  const { rows } = await journal.pool.query<{ state: string; count: number }>(
    `SELECT s.state, coalesce(s.count, 0)::int AS count FROM (
       SELECT sum(succeeded - carried) AS succeeded, sum(failed) AS failed, sum(cancelled) AS cancelled,
         sum(skipped) AS skipped FROM querypool.outcome_count) AS c,
       LATERAL (VALUES ('succeeded', c.succeeded), ('failed', c.failed), ('cancelled', c.cancelled),
         ('skipped', c.skipped)) AS s(state, count)`,
  )
  return new Map(rows.map(({ state, count }) => [state, count]))
}
