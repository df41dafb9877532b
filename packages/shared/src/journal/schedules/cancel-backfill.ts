import { QueryPoolError } from '../../errors/index.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Journal } from '../journal.ts'
import { askForCancel } from '../request-cancel.ts'
import { lockSchedule } from './schedule-row.ts'

/**
 * Cancels a backfill as a whole: slots of it that wait become what they were before, and its runs that are not over are
 * cancelled.
 *
 * @param by who does that, for the record
 * @returns the runs that were asked to end
 * @throws QP_BACKFILL_UNKNOWN
 */
export async function cancelBackfill(journal: Journal, id: string, by: string): Promise<string[]> {
  return inTransaction(journal.pool, async (client) => {
    const found = await client.query<{ schedule: string }>('SELECT schedule FROM querypool.backfill WHERE id = $1', [
      id,
    ])
    const schedule = found.rows[0]?.schedule
    if (schedule === undefined) throw new QueryPoolError('QP_BACKFILL_UNKNOWN', `There is no backfill ${id}.`)
    // So that no slot of it is just beginning.
    await lockSchedule(client, schedule)
    await client.query(
      `UPDATE querypool.backfill SET cancelled_at = coalesce(cancelled_at, clock_timestamp()),
         cancelled_by = coalesce(cancelled_by, $2) WHERE id = $1`,
      [id, by],
    )
    await client.query(
      `DELETE FROM querypool.slot WHERE backfill = $1 AND state = 'waiting' AND state_before IS NULL AND run IS NULL`,
      [id],
    )
    await client.query(
      `UPDATE querypool.slot SET state = state_before, state_before = NULL WHERE backfill = $1 AND state = 'waiting'`,
      [id],
    )
    const { rows } = await client.query<{ run: string }>(
      `SELECT run FROM querypool.slot WHERE backfill = $1 AND state = 'running' ORDER BY run`,
      [id],
    )
    for (const { run } of rows) await askForCancel(client, run, by, 'in any case')
    return rows.map(({ run }) => run)
  })
}
