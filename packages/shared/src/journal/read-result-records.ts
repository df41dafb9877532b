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
 * The columns of a record, and where they are from, of a page: results of `$1`, `$2` at the positions from `$3` to `$4`. A page
 * with a LIMIT would be the first of all that is behind it, sorted.
 * @param instant makes an expression of a column that is an instant
 */
function selectRecords(instant: (column: string) => string): string {
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
    WHERE q.run = $1 AND q.position BETWEEN $3 AND $4 ORDER BY q.position`
}

/** The results of a run's generation in file order, a page at a time, so that any number of them fits into memory. */
export async function* readResultRecords(
  journal: Journal,
  { run, generation }: RunGeneration,
): AsyncGenerator<readonly ResultRecord[]> {
  const last = await readLastPosition(journal, run)
  for (let from = 0; from <= last; from += pageSize) {
    const { rows } = await journal.pool.query<ResultRecord>(
      selectRecords((column) => column),
      [run, generation, from, from + pageSize - 1],
    )
    if (rows.length > 0) yield rows
  }
}

/**
 * The same as lines of JSON, some thousands at a time. PostgreSQL writes them, which takes a tenth of the time that it
 * takes to read them as values and write them here; two pages at a time.
 */
export async function* readResultLines(journal: Journal, { run, generation }: RunGeneration): AsyncGenerator<string> {
  const asInJson = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const readPage = async (from: number): Promise<string | null> => {
    const { rows } = await journal.pool.query<{ lines: string | null }>(
      `SELECT string_agg(row_to_json(page)::text || E'\\n', '' ORDER BY page.position) AS lines
       FROM (${selectRecords(asInJson)}) AS page`,
      [run, generation, from, from + linesPerPage - 1],
    )
    return rows[0]?.lines ?? null
  }
  const last = await readLastPosition(journal, run)
  let page = last < 0 ? null : readPage(0)
  for (let from = linesPerPage; page !== null; from += linesPerPage) {
    const next: Promise<string | null> | null = from <= last ? readPage(from) : null
    // Whoever takes it is told.
    next?.catch(() => {})
    const lines = await page
    if (lines !== null) yield lines
    page = next
  }
}

/** The position of a run's last query; -1: it has none. */
async function readLastPosition(journal: Journal, run: string): Promise<number> {
  const { rows } = await journal.pool.query<{ last: number | null }>(
    'SELECT max(position) AS last FROM querypool.query WHERE run = $1',
    [run],
  )
  return rows[0]?.last ?? -1
}

interface RunGeneration {
  readonly run: string
  readonly generation: number
}
