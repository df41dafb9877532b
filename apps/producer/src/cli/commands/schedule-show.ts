import { catalogue, type ErrorCode, QueryPoolError } from '@querypool/shared/errors'
import { type Journal, readSlots, readSource, type ScheduleView, type SlotView } from '@querypool/shared/journal'
import { formatInstant } from '@querypool/shared/schedule'
import { findSchedule } from '../find-schedule.ts'
import { paintState } from '../paint-state.ts'
import { printJson } from '../print-json.ts'
import { renderTable } from '../render-table.ts'
import { nextSlots, renderSchedules, scheduleDocument } from '../views/render-schedules.ts'
import { withServices } from '../with-services.ts'

const mostSlots = 20

/**
 * Prints a schedule with its next and its last slots, or a version of its file.
 * @throws QP_SCHEDULE_UNKNOWN, QP_USAGE
 */
export async function showSchedule(name: string, options: { fileVersion?: string; json?: true }): Promise<void> {
  await withServices(async ({ journal }) => {
    const schedule = await findSchedule(journal, name)
    if (options.fileVersion !== undefined) return printFile(journal, schedule, options.fileVersion)
    const slots = await readSlots(journal, name, mostSlots)
    if (options.json) return printJson({ schedule: scheduleDocument(schedule), slots })
    const { timezone } = schedule.definition
    console.log(renderSchedules([schedule]))
    const next = nextSlots(schedule).map((at) => formatInstant(at, timezone))
    console.log(`\nNext: ${next.join(', ') || 'none'}`)
    console.log(`File: ${schedule.file}, version ${schedule.version} by ${schedule.installedBy}`)
    if (slots.length > 0) console.log(`\n${renderSlots(slots, timezone)}`)
    for (const reason of new Set(slots.flatMap(reasonOf))) console.log(`${reason}: ${catalogue[reason].means}`)
  })
}

async function printFile(journal: Journal, { name, version }: ScheduleView, given: string): Promise<void> {
  const source = /^\d{1,9}$/.test(given) ? await readSource(journal, name, Number(given)) : null
  if (source === null)
    throw new QueryPoolError('QP_USAGE', `${name} has no version ${given} of its file.`, {
      remedy: `Give a number from 1 to ${version}.`,
    })
  process.stdout.write(source)
}

/** Slots as a table, in the order given. */
function renderSlots(slots: readonly SlotView[], timezone: string): string {
  return renderTable(
    [
      { title: 'SLOT' },
      { title: 'FROM' },
      { title: 'STATE' },
      { title: 'REASON' },
      { title: 'BY' },
      { title: 'RUN' },
      { title: 'RUNS', align: 'right' },
      { title: 'VERSION', align: 'right' },
    ],
    slots.map((slot) => [
      formatInstant(slot.at, timezone),
      formatInstant(slot.intervalStart, timezone),
      paintState(slot.state),
      reasonOf(slot)[0] ?? '',
      slot.backfill ?? slot.origin,
      slot.run ?? '',
      String(slot.runs),
      slot.version === null ? '' : String(slot.version),
    ]),
  )
}

/** Why a slot has no run; what it waited for once more keeps that in the journal. */
function reasonOf({ state, reason }: SlotView): ErrorCode[] {
  const isToSay = reason !== null && (state === 'skipped' || state === 'failed')
  return isToSay && reason in catalogue ? [reason as ErrorCode] : []
}
