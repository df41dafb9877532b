import type { TerminalQueryState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
import type { QueryError } from './settle-attempt.ts'
import { type SharedFrom, sharedFromColumn } from './shared-from.ts'

/** A result in the order in which results were recorded. */
export interface FeedItem {
  /** Its place in the feed, as a text of digits: greater than that of all that were recorded before it. */
  readonly feed: string
  readonly position: number
  readonly name: string
  readonly state: TerminalQueryState
  readonly attempts: number
  readonly startedAt: Date | null
  readonly finishedAt: Date
  readonly worker: string | null
  readonly tags: readonly string[]
  readonly artifact: string | null
  readonly offset: number | null
  readonly rows: number | null
  readonly bytes: number | null
  readonly sha256: string | null
  readonly error: QueryError | null
  /** The query whose result this is; null: the query has been executed itself. */
  readonly sharedFrom: SharedFrom | null
}

// A transaction that has not committed yet is over after some milliseconds.
const writerPollMs = 10
const mostItems = 500

/**
 * Some results of a run behind a place in the feed, in order, as many as there are up to 500; none when there are none yet.
 * No result that is committed later will ever stand before one of these, so that the last one's place says all that a
 * reader has seen. Waits for transactions that are writing results.
 *
 * The places are numbers of a sequence, given before commit: a greater one may be visible first. Who has been given a
 * number has locked the table before that, and unlocks it when what it wrote is visible. So of the numbers up to the
 * greatest one that is visible, none is missing as soon as all those are gone who held the lock after we have seen it.
 *
 * Of a run that was retried these are the results of its latest generation, those that were carried over as what they are:
 * results of an earlier one, in their old places. So each query has one, and nobody reads one again. Those of a run with a
 * shared snapshot are there when it is over, all of them of its latest generation.
 *
 * @param after the place behind which to begin; '0' for the beginning
 */
export async function readFeed(journal: Journal, run: string, after: string): Promise<FeedItem[]> {
  const { rows } = await journal.pool.query<{ last: string | null; writers: string[] | null }>(
    `SELECT (SELECT max(feed)::text FROM (
         SELECT r.feed FROM querypool.result r JOIN querypool.run n ON n.id = r.run
         WHERE r.run = $1 AND r.feed > $2 AND ${isTold} ORDER BY r.feed LIMIT $3) AS next) AS last,
       (SELECT array_agg(virtualtransaction) FROM pg_locks WHERE ${isWriter}) AS writers`,
    [run, after, mostItems],
  )
  const last = rows[0]?.last ?? null
  if (last === null) return []
  await writersGone(journal, rows[0]?.writers ?? [])
  const items = await journal.pool.query<FeedItem>(
    `SELECT r.feed::text, q.position, q.name, r.state, r.attempts, r.started_at AS "startedAt",
       r.finished_at AS "finishedAt", r.worker, q.tags, r.artifact, r."offset"::float8 AS "offset",
       r.rows::float8 AS rows, r.bytes::float8 AS bytes, r.sha256, r.error,
       ${sharedFromColumn('r')} AS "sharedFrom"
     FROM querypool.result r JOIN querypool.run n ON n.id = r.run
     CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = r.run AND position = r.position ${oneByOne}) AS q
     WHERE r.run = $1 AND r.feed > $2 AND r.feed <= $3 AND ${isTold} ORDER BY r.feed`,
    [run, after, last],
  )
  return items.rows
}

// What has succeeded in an earlier generation was carried over.
// Before the end of a generation with a shared snapshot, what it has come to may be superseded.
const isTold = `r.carried_from IS NULL AND CASE WHEN n.shared_snapshot
    THEN r.generation = n.generation AND n.state NOT IN ('queued', 'running')
    ELSE r.generation = n.generation OR r.state = 'succeeded' END`

const isWriter = `locktype = 'relation' AND relation = 'querypool.result'::regclass AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

async function writersGone(journal: Journal, writers: readonly string[]): Promise<void> {
  let left = writers
  while (left.length > 0) {
    const { rows } = await journal.pool.query<{ writer: string }>(
      `SELECT virtualtransaction AS writer FROM pg_locks WHERE ${isWriter} AND virtualtransaction = ANY ($1)`,
      [left],
    )
    left = rows.map(({ writer }) => writer)
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, writerPollMs))
  }
}
