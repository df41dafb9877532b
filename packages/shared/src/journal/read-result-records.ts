import type { Argument } from '../batch/index.ts'
import type { TerminalQueryState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
import { type SharedFrom, sharedFromColumn } from './shared-from.ts'
import type { SnapshotView } from './snapshot-view.ts'

/** What the journal vouches for of one result: what was executed, and what came of it. */
export interface ResultRecord {
  readonly position: number
  readonly query: string
  readonly state: TerminalQueryState
  /** Of the query's SQL as the batch has it, in UTF-8. */
  readonly sqlSha256: string
  readonly arguments: readonly Argument[]
  readonly attempts: number
  /** The generation that the result is from; null: from its own. */
  readonly carriedFrom: number | null
  /** The query whose result this is; null: the query has been executed itself. */
  readonly sharedFrom: SharedFrom | null
  /** The snapshot in which it ran, if that was a shared one. */
  readonly snapshot: Pick<SnapshotView, 'id' | 'lsn' | 'takenAt'> | null
  readonly worker: string | null
  readonly startedAt: Date | null
  readonly finishedAt: Date
  readonly artifact: string | null
  readonly offset: number | null
  readonly rows: number | null
  readonly bytes: number | null
  readonly sha256: string | null
  /** The code of the error; null: none. */
  readonly error: string | null
}

const pageSize = 1000
const linesPerPage = 5000

/**
 * The columns of a record, and where they are from, of a page: results of `$1`, `$2` behind the position `$3`.
 * @param instant makes an expression of a column that is an instant
 */
function selectRecords(instant: (column: string) => string, most: number): string {
  return `
    SELECT q.position, q.name AS query, r.state, encode(sha256(convert_to(q.sql, 'UTF8')), 'hex') AS "sqlSha256",
      q.arguments, r.attempts, r.carried_from AS "carriedFrom", ${sharedFromColumn('r')} AS "sharedFrom",
      CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'lsn', s.lsn, 'takenAt', s.taken_at) END AS snapshot,
      r.worker, ${instant('r.started_at')} AS "startedAt", ${instant('r.finished_at')} AS "finishedAt",
      r.artifact, r."offset"::float8 AS "offset", r.rows::float8 AS rows, r.bytes::float8 AS bytes, r.sha256,
      r.error->>'code' AS error
    FROM querypool.query q
    CROSS JOIN LATERAL (SELECT * FROM querypool.result
      WHERE run = q.run AND position = q.position AND generation = $2 ${oneByOne}) AS r
    LEFT JOIN querypool.snapshot s ON s.run = r.run AND s.generation = r.generation
    WHERE q.run = $1 AND q.position > $3 ORDER BY q.position LIMIT ${most}`
}

/** The results of a run's generation in file order, a page at a time, so that any number of them fits into memory. */
export async function* readResultRecords(
  journal: Journal,
  { run, generation }: { readonly run: string; readonly generation: number },
): AsyncGenerator<readonly ResultRecord[]> {
  let after = -1
  for (;;) {
    const { rows } = await journal.pool.query<ResultRecord>(
      selectRecords((column) => column, pageSize),
      [run, generation, after],
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    after = rows.at(-1)?.position ?? after
  }
}

/**
 * The same as lines of JSON, some thousands at a time. PostgreSQL writes them, which takes a tenth of the time that it
 * takes to read them as values and write them here.
 */
export async function* readResultLines(
  journal: Journal,
  { run, generation }: { readonly run: string; readonly generation: number },
): AsyncGenerator<string> {
  const asInJson = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  let after = -1
  for (;;) {
    const { rows } = await journal.pool.query<{ lines: string | null; count: number; last: number }>(
      `SELECT string_agg(row_to_json(page)::text || E'\\n', '' ORDER BY page.position) AS lines, count(*)::int AS count,
         max(page.position) AS last
       FROM (${selectRecords(asInJson, linesPerPage)}) AS page`,
      [run, generation, after],
    )
    const { lines = null, count = 0, last = after } = rows[0] ?? {}
    if (lines !== null) yield lines
    if (count < linesPerPage) return
    after = last
  }
}
