import { Cron } from 'croner'
import type { ScheduleDefinition } from './definition.ts'

/** The times that a cron expression and a time zone name. */
export type Timing = Pick<ScheduleDefinition, 'cron' | 'timezone'>

/**
 * Reads a cron expression of five or six fields. Where clocks change, it has the rules of docs/schedules.md: what has no
 * `*` and no step in its times of day runs once each day, others run by the clock.
 * @throws Error when it isn't one
 */
export function openCron({ cron, timezone }: Timing): Cron {
  return new Cron(cron, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
}

/** The next time after an instant; null: there is none. */
export function nextTime(timing: Timing, after: Date): Date | null {
  return openCron(timing).nextRun(after)
}

/** The last time before an instant; null: there is none. */
export function previousTime(timing: Timing, before: Date): Date | null {
  return openCron(timing).previousRuns(1, before)[0] ?? null
}

/** Whether an instant is a time of the expression. */
export function isTime(timing: Timing, at: Date): boolean {
  return nextTime(timing, new Date(at.getTime() - 1))?.getTime() === at.getTime()
}

/** The times after an instant, in order, up to and with another one. */
export function* timesBetween(timing: Timing, after: Date, until: Date): Generator<Date> {
  const cron = openCron(timing)
  for (let at = cron.nextRun(after); at !== null && at <= until; at = cron.nextRun(at)) yield at
}
