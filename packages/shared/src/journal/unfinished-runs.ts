import type { Journal } from './journal.ts'

/** A run that is not over. */
export interface UnfinishedRun {
  readonly run: string
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
    `SELECT id AS run, cancel_requested_at AS "cancelRequestedAt", database, query_count AS "queryCount"
     FROM querypool.run
     WHERE state IN ('queued', 'running') AND CASE WHEN $1::text IS NULL THEN NOT private ELSE id = $1 END ORDER BY id`,
    [privateRun],
  )
  return rows
}

/** The ids of the private runs that are not over, the latest first, at most `most` of them. */
export async function unfinishedPrivateRuns(journal: Journal, most: number): Promise<string[]> {
  const { rows } = await journal.pool.query<{ run: string }>(
    `SELECT id AS run FROM querypool.run WHERE state IN ('queued', 'running') AND private
     ORDER BY created_at DESC LIMIT $1`,
    [most],
  )
  return rows.map(({ run }) => run)
}

/** A number for the next dispatch-run job of a run: each has an id of its own. */
export async function nextDispatch(journal: Journal, run: string): Promise<number> {
  const { rows } = await journal.pool.query<{ n: number }>(
    'UPDATE querypool.run SET last_dispatch = last_dispatch + 1 WHERE id = $1 RETURNING last_dispatch AS n',
    [run],
  )
  return rows[0]?.n ?? 0
}
