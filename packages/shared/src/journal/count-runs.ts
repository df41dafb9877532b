import type { Journal } from './journal.ts'

/** How many runs are not over, by state. */
export async function countRuns(journal: Journal): Promise<Map<string, number>> {
  const { rows } = await journal.pool.query<{ state: string; count: number }>(
    `SELECT state, count(r.id)::int AS count FROM (VALUES ('queued'), ('running')) AS s(state)
     LEFT JOIN querypool.run r USING (state) GROUP BY state`,
  )
  return new Map(rows.map(({ state, count }) => [state, count]))
}

/** How many results the journal has, by state; those that a retry has carried over count once. */
export async function countSettled(journal: Journal): Promise<Map<string, number>> {
  const { rows } = await journal.pool.query<{ state: string; count: number }>(
    `SELECT s.state, count(r.run)::int AS count
     FROM (VALUES ('succeeded'), ('failed'), ('cancelled'), ('skipped')) AS s(state)
     LEFT JOIN querypool.result r ON r.state = s.state AND r.carried_from IS NULL GROUP BY s.state`,
  )
  return new Map(rows.map(({ state, count }) => [state, count]))
}
