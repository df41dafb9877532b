import type { OnFailure } from '../batch/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import type { OutcomeCounts, RunState } from '../run/index.ts'
import { outcomeCounts } from './count-outcomes.ts'
import type { Journal } from './journal.ts'
import { readGenerations } from './read-generations.ts'
import type { QueryError } from './settle-attempt.ts'
import { type SnapshotView, snapshotColumn } from './snapshot-view.ts'

/** A run as people see it. Instants are null until they have come. */
export interface RunView {
  readonly run: string
  readonly key: string | null
  readonly batch: string
  readonly file: string
  readonly database: string
  readonly private: boolean
  readonly slots: number
  readonly storeId: string
  readonly state: RunState
  readonly generation: number
  /** When this generation was asked for, and by whom; of the first one: when the run was submitted, and null. */
  readonly requestedAt: Date
  readonly requestedBy: string | null
  readonly queryCount: number
  readonly counts: OutcomeCounts & { readonly running: number; readonly queued: number }
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly cancelRequestedAt: Date | null
  readonly cancelRequestedBy: string | null
  readonly onFailure: OnFailure
  /** When the rest was stopped, and by the failure of which query, or because of what else. */
  readonly stoppedAt: Date | null
  readonly stoppedBy: string | null
  readonly stoppedError: QueryError | null
  /** The snapshot that its queries share; null: each has its own. */
  readonly snapshot: SnapshotView | null
  /** Whether the next generation has followed by itself, because the snapshot of this one was lost. */
  readonly superseded: boolean
}

interface RunRow extends Omit<RunView, 'counts'> {
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly skipped: number
  readonly running: number
}

const runColumns = `
  r.id AS run, r.key, r.batch, r.file, r.database, r.private, r.slots, r.store_id AS "storeId", r.state, r.generation,
  coalesce(r.retried_at, r.created_at) AS "requestedAt", r.retried_by AS "requestedBy",
  r.query_count AS "queryCount", r.created_at AS "createdAt", r.started_at AS "startedAt",
  r.finished_at AS "finishedAt", r.cancel_requested_at AS "cancelRequestedAt",
  r.cancel_requested_by AS "cancelRequestedBy", r.on_failure AS "onFailure", r.stopped_at AS "stoppedAt",
  r.stopped_by AS "stoppedBy", r.stopped_error AS "stoppedError", false AS superseded,
  ${snapshotColumn('r.id', 'r.generation')} AS snapshot,
  c.succeeded, c.failed, c.cancelled, c.skipped,
  (SELECT count(*)::int FROM querypool.query q WHERE q.run = r.id AND q.running_since IS NOT NULL
     AND NOT EXISTS (SELECT FROM querypool.result x
       WHERE x.run = q.run AND x.generation = r.generation AND x.position = q.position)) AS running`

/**
 * A run by its id, by its key, or by the beginning of its id where that is unambiguous.
 * @param generation as it was in this generation; in the latest one when absent
 * @throws QP_RUN_NOT_FOUND, QP_GENERATION_NOT_FOUND
 */
export async function readRun(journal: Journal, run: string, generation?: number): Promise<RunView> {
  const latest = await readLatest(journal, run)
  if (generation === undefined || generation === latest.generation) return latest
  const earlier = (await readGenerations(journal, latest)).find((one) => one.generation === generation)
  if (earlier === undefined)
    throw new QueryPoolError('QP_GENERATION_NOT_FOUND', `The run ${latest.run} has no generation ${generation}.`)
  // That a failure stopped it is in the events.
  return {
    ...latest,
    ...earlier,
    stoppedAt: null,
    stoppedBy: null,
    stoppedError: null,
    counts: { ...earlier.counts, running: 0, queued: 0 },
  }
}

async function readLatest(journal: Journal, run: string): Promise<RunView> {
  // Nearly always it is a whole id, and then not all runs have to be looked at.
  const exact = await journal.pool.query<RunRow>(
    `SELECT ${runColumns} FROM querypool.run r, ${outcomeCounts} WHERE r.id = $1 AND r.removing_at IS NULL`,
    [run],
  )
  if (exact.rows[0]) return toView(exact.rows[0])
  const { rows } = await journal.pool.query<RunRow>(
    `SELECT ${runColumns} FROM querypool.run r, ${outcomeCounts}
     WHERE (r.key = $1 OR (length($1) >= 4 AND starts_with(r.id, $1))) AND r.removing_at IS NULL
     ORDER BY r.key = $1 DESC NULLS LAST LIMIT 2`,
    [run],
  )
  const [found, other] = rows
  if (!found || (other && found.key !== run))
    throw new QueryPoolError(
      'QP_RUN_NOT_FOUND',
      `There is no run "${run}"${found ? ', but several that begin so' : ''}.`,
    )
  return toView(found)
}

/** Which runs to list. */
export interface RunFilter {
  readonly batch?: string
  readonly state?: RunState
  readonly most: number
}

/** Runs, the latest first. */
export async function readRuns(journal: Journal, filter: RunFilter): Promise<RunView[]> {
  const { rows } = await journal.pool.query<RunRow>(
    `SELECT ${runColumns} FROM querypool.run r, ${outcomeCounts}
     WHERE ($1::text IS NULL OR r.batch = $1) AND ($2::text IS NULL OR r.state = $2) AND r.removing_at IS NULL
     ORDER BY r.created_at DESC LIMIT $3`,
    [filter.batch ?? null, filter.state ?? null, filter.most],
  )
  return rows.map(toView)
}

function toView(row: RunRow): RunView {
  const { succeeded, failed, cancelled, skipped, running, ...run } = row
  const queued = run.queryCount - succeeded - failed - cancelled - skipped - running
  return { ...run, counts: { succeeded, failed, cancelled, skipped, running, queued } }
}
