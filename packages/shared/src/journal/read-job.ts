import type { Effect } from '../batch/index.ts'
import type { AttemptId } from '../result/index.ts'
import { type Columns, rowsOf, selectColumns } from './columns.ts'
import { type Ending, endingOf } from './ending.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
import type { QueryError } from './settle-attempt.ts'

/** What settling an attempt has to know of its job. */
export interface JobState {
  /** Whether this attempt is still the one that settles the job. */
  readonly isCurrent: boolean
  /** Whether it is of a generation of the run that was followed by another. */
  readonly isPast: boolean
  readonly lostWorkers: number
  /** Why what is left of the run is not to be done; null: it goes on. */
  readonly ending: Ending | null
  readonly queries: readonly UnsettledQuery[]
}

interface UnsettledQuery {
  readonly position: number
  readonly name: string
  readonly effect: Effect
  readonly failures: number
  readonly retries: number | null
  readonly timeoutMs: number | null
  /** What a worker has said of it, ISO 8601; hints. */
  readonly runningSince: string | null
  readonly worker: string | null
}

const queriesByColumn = selectColumns<UnsettledQuery>({
  position: 'q.position',
  name: 'q.name',
  effect: 'q.effect',
  failures: 'q.failures',
  retries: 'q.retries',
  timeoutMs: 'q.timeout_ms',
  runningSince: 'q.running_since',
  worker: 'q.worker',
})

/** The state of an attempt's job, with those of its queries that have no result yet; null when the journal doesn't know it. */
export async function readJob(journal: Journal, id: AttemptId): Promise<JobState | null> {
  const { rows } = await journal.pool.query<{
    is_current: boolean
    is_past: boolean
    lost_workers: number
    stoppedBy: string | null
    stoppedError: QueryError | null
    cancelRequestedBy: string | null
    queries: Columns<UnsettledQuery> | null
  }>(
    `SELECT (j.generation = $3 AND j.attempt = $4 AND NOT j.settled) AS is_current,
       j.generation < r.generation AS is_past, j.lost_workers,
       r.stopped_by AS "stoppedBy", r.stopped_error AS "stoppedError", r.cancel_requested_by AS "cancelRequestedBy",
       (SELECT ${queriesByColumn} FROM (
          SELECT * FROM querypool.query q WHERE q.run = j.run AND q.job = j.job AND NOT EXISTS (
            SELECT FROM querypool.result x
            WHERE x.run = q.run AND x.generation = j.generation AND x.position = q.position ${oneByOne})
          ORDER BY position) AS q) AS queries
     FROM querypool.job j JOIN querypool.run r ON r.id = j.run WHERE j.run = $1 AND j.job = $2`,
    [id.run, id.job, id.generation, id.attempt],
  )
  const row = rows[0]
  return row
    ? {
        isCurrent: row.is_current,
        isPast: row.is_past,
        lostWorkers: row.lost_workers,
        ending: endingOf(row),
        queries: rowsOf(row.queries),
      }
    : null
}
