import { QueryPoolError } from '@querypool/shared/errors'
import { type Journal, readSchedules, type ScheduleView } from '@querypool/shared/journal'
import { parseInstant } from '@querypool/shared/schedule'
import { didYouMean } from '@querypool/shared/suggestion'

/**
 * An installed schedule by its name.
 * @throws QP_SCHEDULE_UNKNOWN
 */
export async function findSchedule(journal: Journal, name: string): Promise<ScheduleView> {
  const schedules = await readSchedules(journal)
  const found = schedules.find((schedule) => schedule.name === name)
  if (found !== undefined) return found
  const known = schedules.map((schedule) => schedule.name)
  throw new QueryPoolError('QP_SCHEDULE_UNKNOWN', `There is no schedule ${name}.${didYouMean(name, known)}`)
}

/**
 * An instant as it was given with an option; without an offset it is by the clock of the schedule.
 * @throws QP_INSTANT_INVALID
 */
export function readInstant(option: string, given: string, { definition }: ScheduleView): Date {
  const at = parseInstant(given, definition.timezone)
  if (at !== null) return at
  throw new QueryPoolError('QP_INSTANT_INVALID', `--${option}: "${given}" is not an instant.`)
}
