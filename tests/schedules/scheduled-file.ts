import { parseBatch } from '@querypool/shared/batch'
import type { ScheduledFile } from '@querypool/shared/journal'
import { scheduleSchema } from '@querypool/shared/schedule'
import type { SimulatedSchedule } from './model.ts'

/** The file of a simulated schedule, as it is read: its batch has one query. */
export async function scheduledFile(schedule: SimulatedSchedule): Promise<ScheduledFile> {
  const { name, cron, timezone, missed, missedWithinHours, overlap, pauseAfterFailures, start, end } = schedule
  const definition = scheduleSchema.parse({
    cron,
    timezone,
    missed,
    missedWithin: `${missedWithinHours}h`,
    overlap,
    ...(pauseAfterFailures === null ? {} : { pauseAfterFailures }),
    ...(start === null ? {} : { start: start.toISOString() }),
    ...(end === null ? {} : { end: end.toISOString() }),
  })
  const file = `${name}.yaml`
  const text = 'SELECT 1'
  const batch = { ...(await parseBatch(new TextEncoder().encode(text), `${name}.sql`)), name, database: 'simulated' }
  return { name, file, hash: name, source: text, definition, batch }
}
