import type { AttemptId } from '../result/index.ts'
import type { Journal } from './journal.ts'

/** A run that is not over. */
export interface UnfinishedRun {
  readonly run: string
  readonly generation: number
  /** Whether what is left of it is not to be done: it was cancelled, or stopped by a failure. */
  readonly isEnding: boolean
  /** Whether queries are still being added to it. */
  readonly isGrowing: boolean
  /** Whether the snapshot that its queries share is still to be taken. */
  readonly lacksSnapshot: boolean
  readonly database: string
  readonly queryCount: number
  /** The number of its latest dispatch-run job, also of an earlier generation; a new run has the number 1, before it is added. */
  readonly lastDispatch: number
}

/**
 * The runs that are not over, of one overseer's charge.
 * @param privateRun the one private run it serves; null: all that aren't private
 * @param runs only these; all when absent
 */
export async function unfinishedRuns(
  journal: Journal,
  privateRun: string | null,
  runs?: readonly string[],
): Promise<UnfinishedRun[]> {
  const { rows } = await journal.pool.query<UnfinishedRun>(
    `SELECT id AS run, generation, coalesce(cancel_requested_at, stopped_at) IS NOT NULL AS "isEnding",
       input_open AS "isGrowing", database, query_count AS "queryCount", last_dispatch AS "lastDispatch",
       shared_snapshot AND NOT EXISTS (SELECT FROM querypool.snapshot s
         WHERE s.run = r.id AND s.generation = r.generation AND s.taken_at IS NOT NULL) AS "lacksSnapshot"
     FROM querypool.run r
     WHERE state IN ('queued', 'running') AND CASE WHEN $1::text IS NULL THEN NOT private ELSE id = $1 END
       AND ($2::text[] IS NULL OR id = ANY ($2)) ORDER BY id`,
    [privateRun, runs ?? null],
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

/** A run of which nothing more is to be done, but something may be left. */
export interface EndingRun {
  readonly run: string
  readonly generation: number
  /** The number of the last job of this generation: those of a later one have greater numbers. */
  readonly lastJob: number
  readonly database: string
  /** Whether it is over, and it only has to be seen that nothing of it is left in its database. */
  readonly isOver: boolean
  /** Whether a snapshot may be held for it. */
  readonly sharedSnapshot: boolean
}

/**
 * The runs that were cancelled or stopped and aren't over, and those of the last day that were ended unconfirmed.
 * @param privateRun as of unfinishedRuns
 */
export async function endingRuns(journal: Journal, privateRun: string | null): Promise<EndingRun[]> {
  const { rows } = await journal.pool.query<EndingRun>(
    `SELECT id AS run, generation, last_job AS "lastJob", database, over AS "isOver",
       shared_snapshot AS "sharedSnapshot"
     FROM (
       SELECT *, false AS over FROM querypool.run
       WHERE state IN ('queued', 'running') AND coalesce(cancel_requested_at, stopped_at) IS NOT NULL
       UNION ALL
       SELECT *, true FROM querypool.run
       WHERE cancel_unconfirmed_at > clock_timestamp() - interval '1 day' AND state NOT IN ('queued', 'running')
     ) AS ending
     WHERE CASE WHEN $1::text IS NULL THEN NOT private ELSE id = $1 END ORDER BY id`,
    [privateRun],
  )
  return rows
}

/** The current attempts of the open jobs of a run's generation. */
export async function readOpenAttempts(
  journal: Journal,
  { run, generation }: Pick<AttemptId, 'run' | 'generation'>,
): Promise<AttemptId[]> {
  const { rows } = await journal.pool.query<AttemptId>(
    `SELECT run, generation, job, attempt FROM querypool.job
     WHERE run = $1 AND generation = $2 AND NOT settled ORDER BY job`,
    [run, generation],
  )
  return rows
}

/**
 * A number for the next dispatch-run job of a run: each has an id of its own.
 * @param after only if this is still the latest number; whichever it is when absent
 * @returns null: that generation is over, or somebody else has taken the number
 */
export async function nextDispatch(
  journal: Journal,
  run: string,
  generation: number,
  after?: number,
): Promise<number | null> {
  const { rows } = await journal.pool.query<{ n: number }>(
    `UPDATE querypool.run SET last_dispatch = last_dispatch + 1
     WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND last_dispatch = coalesce($3, last_dispatch)
     RETURNING last_dispatch AS n`,
    [run, generation, after ?? null],
  )
  return rows[0]?.n ?? null
}
