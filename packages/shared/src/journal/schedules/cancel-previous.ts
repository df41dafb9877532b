import type { PoolClient } from 'pg'
import { askForCancel } from '../request-cancel.ts'

/**
 * Has what a schedule runs cancelled, and what waits of it skipped, other than for backfills: a newer slot takes its place.
 * It can begin when the cancelled runs are over.
 */
export async function cancelPrevious(client: PoolClient, schedule: string): Promise<void> {
  await client.query(
    `UPDATE querypool.slot SET state = coalesce(state_before, 'skipped'), state_before = NULL,
       reason = CASE WHEN state_before IS NULL THEN 'QP_SLOT_SUPERSEDED' ELSE reason END
     WHERE schedule = $1 AND state = 'waiting' AND origin <> 'backfill'`,
    [schedule],
  )
  const { rows } = await client.query<{ run: string }>(
    `SELECT run FROM querypool.slot WHERE schedule = $1 AND state = 'running' AND origin <> 'backfill' ORDER BY run`,
    [schedule],
  )
  for (const { run } of rows) await askForCancel(client, run, `schedule ${schedule}`, 'in any case')
}
