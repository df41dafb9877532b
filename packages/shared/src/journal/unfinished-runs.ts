import type { Journal } from './journal.ts'

/** A run that is not over. */
export interface UnfinishedRun {
  readonly run: string
  readonly generation: number
  readonly cancelRequestedAt: Date | null
  readonly database: string
  readonly queryCount: number
}

/**
 * The runs that are not over, of one overseer's charge.
 * @param privateRun the one private run it serves; null: all that aren't private
 */
export async function unfinishedRuns(journal: Journal, privateRun: string | null): Promise<UnfinishedRun[]> {
  const { rows } = await journal.pool.query<UnfinishedRun>(
    `SELECT id AS run, generation, cancel_requested_at AS "cancelRequestedAt", database, query_count AS "queryCount"
     FROM querypool.run
     WHERE state IN ('queued', 'running') AND CASE WHEN $1::text IS NULL THEN NOT private ELSE id = $1 END ORDER BY id`,
    [privateRun],
  )
  return rows
}

/** A number for the next dispatch-run job of a run: each has an id of its own. */
export async function nextDispatch(journal: Journal, run: string): Promise<number> {
  const { rows } = await journal.pool.query<{ n: number }>(
    'UPDATE querypool.run SET last_dispatch = last_dispatch + 1 WHERE id = $1 RETURNING last_dispatch AS n',
    [run],
  )
  return rows[0]?.n ?? 0
}
