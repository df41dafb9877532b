import type { PoolClient } from 'pg'
import type { DecidedSlot } from '../../schedule/index.ts'

/** Writes slots whose time has come. One that is there already is left as it is. */
export async function insertSlots(client: PoolClient, schedule: string, slots: readonly DecidedSlot[]): Promise<void> {
  if (slots.length === 0) return
  const records = slots.map(({ at, intervalStart, notBefore, skipped }) => ({
    at,
    interval_start: intervalStart,
    not_before: notBefore,
    reason: skipped,
  }))
  await client.query(
    `INSERT INTO querypool.slot (schedule, at, interval_start, state, reason, origin, not_before)
     SELECT $1, d.at, d.interval_start, CASE WHEN d.reason IS NULL THEN 'waiting' ELSE 'skipped' END, d.reason, 'schedule',
       d.not_before
     FROM jsonb_to_recordset($2::jsonb) AS d(at timestamptz, interval_start timestamptz, not_before timestamptz,
       reason text)
     ON CONFLICT (schedule, at) DO NOTHING`,
    [schedule, JSON.stringify(records)],
  )
}
