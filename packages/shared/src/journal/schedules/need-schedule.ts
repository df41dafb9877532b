import type { PoolClient } from 'pg'
import { unknownSchedule } from './pause-schedule.ts'
import { lockSchedule, type ScheduleRow } from './schedule-row.ts'

/**
 * Locks an installed schedule that a person names.
 * @throws QP_SCHEDULE_UNKNOWN
 */
export async function needSchedule(client: PoolClient, name: string): Promise<ScheduleRow> {
  const row = await lockSchedule(client, name)
  if (row !== null && row.removedAt === null) return row
  const { rows } = await client.query<{ name: string }>('SELECT name FROM querypool.schedule WHERE removed_at IS NULL')
  throw unknownSchedule(
    name,
    rows.map((known) => known.name),
  )
}
