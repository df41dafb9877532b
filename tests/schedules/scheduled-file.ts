import type { ScheduledFile } from '@querypool/shared/journal'
import { scheduleSchema } from '@querypool/shared/schedule'
import type { SimulatedSchedule } from './model.ts'

/** The file of a simulated schedule, as it is read: its batch has one query. */
export function scheduledFile(schedule: SimulatedSchedule): ScheduledFile {
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
  return { name, file, hash: name, source: '', definition, batch: batchOf(name, file) }
}
