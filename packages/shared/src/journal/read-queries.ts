import type { QueryState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import type { RunView } from './read-run.ts'
import type { QueryError } from './settle-attempt.ts'
import { type SharedFrom, sharedFromColumn } from './shared-from.ts'

/** A query of a run as people see it. What has not come yet is null. */
export interface QueryView {
  readonly position: number
  readonly name: string
  readonly state: QueryState
  readonly attempts: number
  readonly expectedMs: number | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly worker: string | null
  readonly rows: number | null
  readonly bytes: number | null
  /** Where its rows are: a key of the result store, and the offset of its first byte there. */
  readonly artifact: string | null
  readonly offset: number | null
  readonly sha256: string | null
  readonly error: QueryError | null
  /** The generation that its result is from; null: from this one. */
  readonly carriedFrom: number | null
  /** The query whose result this is; null: the query has been executed itself. */
  readonly sharedFrom: SharedFrom | null
}

/** A query's SQL and where it began in its file, for showing an error. */
export interface QueryText {
  readonly sql: string
  readonly line: number
  readonly column: number
}

const selectQueries = `
  SELECT q.position, q.name,
    coalesce(r.state, CASE WHEN q.running_since IS NULL THEN 'queued' ELSE 'running' END) AS state,
    coalesce(r.attempts, j.attempt - (q.running_since IS NULL)::int, q.prior_attempts) AS attempts, q.expected_ms AS "expectedMs",
    CASE WHEN r.run IS NULL THEN q.running_since ELSE r.started_at END AS "startedAt", r.finished_at AS "finishedAt",
    CASE WHEN r.run IS NULL THEN q.worker ELSE r.worker END AS worker, r.rows::float8 AS rows, r.bytes::float8 AS bytes,
    r.artifact, r."offset"::float8 AS "offset", r.sha256, r.error, r.carried_from AS "carriedFrom",
    ${sharedFromColumn('r')} AS "sharedFrom"
  FROM querypool.query q
  LEFT JOIN querypool.result r ON r.run = q.run AND r.generation = $2 AND r.position = q.position
  LEFT JOIN querypool.job j ON j.run = q.run AND j.job = q.job
  WHERE q.run = $1`

/** The queries of a run in file order, or only those that have these names. */
export async function readQueries(
  journal: Journal,
  run: Pick<RunView, 'run' | 'generation'>,
  names?: readonly string[],
): Promise<QueryView[]> {
  const { rows } = await journal.pool.query<QueryView>(
    `${selectQueries} AND ($3::text[] IS NULL OR q.name = ANY ($3)) ORDER BY q.position`,
    [run.run, run.generation, names ?? null],
  )
  return rows
}

/** Which of a run's queries: those in this state (null: all), without the first `from`, at most `most`. */
export interface QueriesPart {
  readonly state: QueryState | null
  readonly from: number
  readonly most: number
}

/** A part of the queries of a run in file order, however many it has. */
export async function readQueriesPart(
  journal: Journal,
  run: Pick<RunView, 'run' | 'generation'>,
  { state, from, most }: QueriesPart,
): Promise<QueryView[]> {
  const { rows } = await journal.pool.query<QueryView>(
    `SELECT * FROM (${selectQueries}) AS q WHERE $3::text IS NULL OR state = $3 ORDER BY position OFFSET $4 LIMIT $5`,
    [run.run, run.generation, state, from, most],
  )
  return rows
}

/** The SQL of one query of a run. */
export async function readQueryText(journal: Journal, run: string, position: number): Promise<QueryText | null> {
  const { rows } = await journal.pool.query<QueryText>(
    'SELECT sql, line, "column" FROM querypool.query WHERE run = $1 AND position = $2',
    [run, position],
  )
  return rows[0] ?? null
}
