import { QueryPoolError } from '../../errors/index.ts'
import type { Journal } from '../journal.ts'

/** A backfill as people see it. */
export interface BackfillView {
  readonly id: string
  readonly schedule: string
  /** Its slots are those whose intervals begin from the one instant on and before the other. */
  readonly from: Date
  readonly to: Date
  readonly newestFirst: boolean
  readonly maxParallel: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly cancelledAt: Date | null
  readonly cancelledBy: string | null
  /** How many slots it has; they wait, run, have ended with their runs, or were withdrawn by its cancel. */
  readonly slots: number
  readonly waiting: number
  readonly running: number
  readonly succeeded: number
  /** Those that ended otherwise, without those that were withdrawn. */
  readonly failed: number
  readonly isOver: boolean
}

const columns = `b.id, b.schedule, b.from_at AS "from", b.to_at AS "to", b.newest_first AS "newestFirst",
  b.max_parallel AS "maxParallel", b.created_at AS "createdAt", b.created_by AS "createdBy",
  b.cancelled_at AS "cancelledAt", b.cancelled_by AS "cancelledBy", b.slots, w.waiting, t.running, t.succeeded,
  t.failed + w.failed AS failed, w.waiting + t.running = 0 AS "isOver"`

// One that could not begin has failed without a run.
const counts = `
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
      count(*) FILTER (WHERE state = 'failed' AND run IS NULL)::int AS failed
    FROM querypool.slot WHERE backfill = b.id) w
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state IS NULL)::int AS running,
      count(*) FILTER (WHERE state = 'succeeded')::int AS succeeded,
      count(*) FILTER (WHERE state <> 'succeeded')::int AS failed
    FROM querypool.slot_run WHERE backfill = b.id) t`

/** The backfills, the latest first. */
export async function readBackfills(journal: Journal, most: number): Promise<BackfillView[]> {
  const { rows } = await journal.pool.query<BackfillView>(
    `SELECT ${columns} FROM querypool.backfill b ${counts} ORDER BY b.created_at DESC LIMIT $1`,
    [most],
  )
  return rows
}

/** @throws QP_BACKFILL_UNKNOWN */
export async function readBackfill(journal: Journal, id: string): Promise<BackfillView> {
  const { rows } = await journal.pool.query<BackfillView>(
    `SELECT ${columns} FROM querypool.backfill b ${counts} WHERE b.id = $1`,
    [id],
  )
  const found = rows[0]
  if (found === undefined) throw new QueryPoolError('QP_BACKFILL_UNKNOWN', `There is no backfill ${id}.`)
  return found
}
