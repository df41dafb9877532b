import type { ScheduleView } from '@querypool/shared/journal'
import { firstAfter, formatInstant } from '@querypool/shared/schedule'
import { paintState } from '../paint-state.ts'
import { renderTable } from '../render-table.ts'

const slotsShown = 3

/** Schedules as a table, in the order given. */
export function renderSchedules(schedules: readonly ScheduleView[]): string {
  return renderTable(
    [
      { title: 'SCHEDULE' },
      { title: 'CRON' },
      { title: 'ZONE' },
      { title: 'STATE' },
      { title: 'NEXT' },
      { title: 'LAST' },
      { title: 'OUTCOME' },
      { title: 'RUN' },
    ],
    schedules.map((schedule) => [
      schedule.name,
      schedule.definition.cron,
      schedule.definition.timezone,
      stateOf(schedule),
      schedule.nextAt === null ? 'none' : formatInstant(schedule.nextAt, schedule.definition.timezone),
      schedule.last === null ? '' : formatInstant(schedule.last.at, schedule.definition.timezone),
      schedule.last === null ? '' : paintState(schedule.last.state),
      schedule.last?.run ?? '',
    ]),
  )
}

/** A schedule in JSON, with the slots that come next. */
export function scheduleDocument(schedule: ScheduleView): object {
  return { ...schedule, next: nextSlots(schedule) }
}

/** The next few slots of a schedule. */
export function nextSlots({ definition, nextAt }: ScheduleView): Date[] {
  const slots: Date[] = []
  for (let at = nextAt; at !== null && slots.length < slotsShown; at = firstAfter(definition, at)) slots.push(at)
  return slots
}

function stateOf({ pausedBy, failures, waiting, running }: ScheduleView): string {
  if (pausedBy !== null) return `paused by ${pausedBy}`
  const open = [counted(running, 'running'), counted(waiting, 'waiting'), counted(failures, 'failed in turn')]
  return open.filter((part) => part !== '').join(', ') || 'active'
}

function counted(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`
}
