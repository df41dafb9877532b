import type { SqlOrigin } from '../batch/index.ts'
import type { QueryState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
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
  /** The names of the queries of its run that it needs, and of those among them for which it waits. */
  readonly needs: readonly string[]
  readonly waitsFor: readonly string[]
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
  /** Where else it stands, if not there. */
  readonly origin: SqlOrigin | null
}

/** The names of the queries that a query needs, where `when` holds; of those only for which `also` holds. */
function neededNames(when: string, also = ''): string {
  return `CASE WHEN ${when} THEN ARRAY(
      SELECT m.name FROM querypool.need n
      CROSS JOIN LATERAL (SELECT name FROM querypool.query WHERE run = n.run AND position = n.needs ${oneByOne}) AS m
      WHERE n.run = q.run AND n.position = q.position ${also} ORDER BY n.needs) ELSE '{}' END`
}

const notSucceeded = `AND NOT EXISTS (SELECT FROM querypool.result s
  WHERE s.run = n.run AND s.position = n.needs AND s.generation = $2 AND s.state = 'succeeded' ${oneByOne})`

/** @param onResult what must hold besides for a result to be joined */
const selectQueries = (onResult = ''): string => `
  SELECT q.position, q.name,
    coalesce(r.state, CASE WHEN q.running_since IS NULL THEN 'queued' ELSE 'running' END) AS state,
    coalesce(r.attempts, j.attempt - (q.running_since IS NULL)::int, q.prior_attempts) AS attempts, q.expected_ms AS "expectedMs",
    ${neededNames('q.needs IS NOT NULL')} AS needs,
    ${neededNames('q.job = -2 AND r.run IS NULL', notSucceeded)} AS "waitsFor",
    CASE WHEN r.run IS NULL THEN q.running_since ELSE r.started_at END AS "startedAt", r.finished_at AS "finishedAt",
    CASE WHEN r.run IS NULL THEN q.worker ELSE r.worker END AS worker, r.rows::float8 AS rows, r.bytes::float8 AS bytes,
    r.artifact, r."offset"::float8 AS "offset", r.sha256, r.error, r.carried_from AS "carriedFrom",
    ${sharedFromColumn('r')} AS "sharedFrom"
  FROM querypool.query q
  LEFT JOIN LATERAL (SELECT * FROM querypool.result
    WHERE run = q.run AND generation = $2 AND position = q.position ${oneByOne}) AS r ON true ${onResult}
  LEFT JOIN LATERAL (SELECT * FROM querypool.job WHERE run = q.run AND job = q.job ${oneByOne}) AS j ON true
  WHERE q.run = $1`

/** The queries of a run in file order, or only those that have these names. */
export async function readQueries(
  journal: Journal,
  run: Pick<RunView, 'run' | 'generation'>,
  names?: readonly string[],
): Promise<QueryView[]> {
  const { rows } = await journal.pool.query<QueryView>(
    `${selectQueries()} AND ($3::text[] IS NULL OR q.name = ANY ($3)) ORDER BY q.position`,
    [run.run, run.generation, names ?? null],
  )
  return rows
}

const pageSize = 1000

/** The queries of a run in file order, a page at a time, so that any number of them fits into memory. */
export async function* readQueryPages(
  journal: Journal,
  { run, generation }: Pick<RunView, 'run' | 'generation'>,
): AsyncGenerator<readonly QueryView[]> {
  let after = -1
  for (;;) {
    // The position stands twice, or each page would read all results before it, too.
    const { rows } = await journal.pool.query<QueryView>(
      `${selectQueries('AND r.position > $3')} AND q.position > $3 ORDER BY q.position LIMIT ${pageSize}`,
      [run, generation, after],
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    after = rows.at(-1)?.position ?? after
  }
}

/** Some queries of a run that are worth a look, at most `most`: the first failed ones in file order, or the slowest. */
export async function readNotable(
  journal: Journal,
  run: Pick<RunView, 'run' | 'generation'>,
  what: 'failed' | 'slowest',
  most: number,
): Promise<QueryView[]> {
  const { rows } = await journal.pool.query<{ position: number }>(
    `SELECT position FROM querypool.result WHERE run = $1 AND generation = $2
       AND ${what === 'failed' ? "state = 'failed'" : 'started_at IS NOT NULL'}
     ORDER BY ${what === 'failed' ? '' : 'finished_at - started_at DESC,'} position LIMIT $3`,
    [run.run, run.generation, most],
  )
  const places = new Map(rows.map(({ position }, index) => [position, index]))
  const found = await journal.pool.query<QueryView>(`${selectQueries()} AND q.position = ANY ($3)`, [
    run.run,
    run.generation,
    [...places.keys()],
  ])
  return found.rows.toSorted((one, other) => (places.get(one.position) ?? 0) - (places.get(other.position) ?? 0))
}

/** Which of a run's queries: those in this state, or all that did not succeed (null: all), without the first `from`, at most `most`. */
export interface QueriesPart {
  readonly state: QueryState | 'not succeeded' | null
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
    `SELECT * FROM (${selectQueries()}) AS q
     WHERE CASE $3 WHEN 'not succeeded' THEN state <> 'succeeded' ELSE coalesce(state = $3, true) END ORDER BY position OFFSET $4 LIMIT $5`,
    [run.run, run.generation, state, from, most],
  )
  return rows
}

/** The SQL of one query of a run. */
export async function readQueryText(journal: Journal, run: string, position: number): Promise<QueryText | null> {
  const { rows } = await journal.pool.query<QueryText>(
    'SELECT sql, line, "column", origin FROM querypool.query WHERE run = $1 AND position = $2',
    [run, position],
  )
  return rows[0] ?? null
}
