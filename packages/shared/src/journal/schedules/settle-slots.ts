import type { PoolClient } from 'pg'
import type { RunState } from '../../run/index.ts'
import type { Journal } from '../journal.ts'
import type { ScheduleRow } from './schedule-row.ts'

/** A slot whose run has ended. */
interface EndedSlot {
  readonly at: Date
  readonly run: string
  readonly state: Extract<RunState, 'succeeded' | 'partial' | 'failed' | 'cancelled'>
  readonly isCounted: boolean
}

/**
 * Notes how the runs of a schedule's slots have ended. Whatever else is to follow from an outcome, such as telling people,
 * belongs into this transaction: each outcome of a slot passes here once.
 * @returns how many slots in turn have not succeeded, those of backfills not counted
 */
export async function settleSlots(client: PoolClient, { name, failures }: ScheduleRow): Promise<number> {
  // A run that is not there any more was removed: that it ended is known, but not how.
  const { rows } = await client.query<EndedSlot>(
    `WITH ended AS (
       SELECT s.at, s.run, s.origin, coalesce(r.state, 'failed') AS state, r.finished_at
       FROM querypool.slot s LEFT JOIN querypool.run r ON r.id = s.run
       WHERE s.schedule = $1 AND s.state = 'running' AND (r.id IS NULL OR r.state NOT IN ('queued', 'running'))
     ), noted AS (
       UPDATE querypool.slot_run t SET state = e.state FROM ended e WHERE t.run = e.run
     ), changed AS (
       UPDATE querypool.slot s SET state = e.state FROM ended e WHERE s.schedule = $1 AND s.at = e.at
     )
     SELECT at, run, state, origin <> 'backfill' AS "isCounted" FROM ended ORDER BY finished_at, at`,
    [name],
  )
  return rows
    .filter(({ isCounted, state }) => isCounted && state !== 'cancelled')
    .reduce((count, { state }) => (state === 'succeeded' ? 0 : count + 1), failures)
}

/** Slots whose last run was ended and goes on again, because somebody has it retried, run again. */
export async function reopenSlots(journal: Journal): Promise<void> {
  await journal.pool.query(
    `WITH again AS (
       UPDATE querypool.slot s SET state = 'running' FROM querypool.run r
       WHERE r.state IN ('queued', 'running') AND s.run = r.id
         AND s.state IN ('succeeded', 'partial', 'failed', 'cancelled') RETURNING s.run)
     UPDATE querypool.slot_run t SET state = NULL FROM again WHERE t.run = again.run`,
  )
}
