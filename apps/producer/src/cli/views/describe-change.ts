import type { ScheduledFile } from '@querypool/shared/journal'
import {
  firstAfter,
  formatInstant,
  type InstalledSchedule,
  type ScheduleChange,
  type ScheduleDefinition,
} from '@querypool/shared/schedule'

/**
 * What syncing does to a schedule, for people: a line with its sign, and lines below it.
 * @param before what is installed, by name
 */
export function describeChange(
  change: ScheduleChange<ScheduledFile>,
  before: ReadonlyMap<string, InstalledSchedule>,
): string[] {
  if (change.kind === 'remove')
    return [
      `- ${change.name}  (${change.file} is gone, or has no schedule any more)`,
      '    It has no more slots, and what waits is withdrawn. What runs goes on, and its ledger is kept.',
    ]
  const { from, name } = change
  const { definition } = from
  const next = firstAfter(definition, new Date())
  const shown = next === null ? 'no slot to come' : `next ${formatInstant(next, definition.timezone)}`
  const title = `${name}  (${from.file})  ${definition.cron} ${definition.timezone}, ${shown}`
  if (change.kind === 'add') return [`+ ${title}`]
  const old = before.get(change.kind === 'rename' ? change.oldName : name)
  const lines = old === undefined ? [] : differences(old, from)
  if (change.kind === 'rename')
    return [`> ${change.oldName} is renamed ${title}`, '    Its ledger goes with it: no slot runs again.', ...lines]
  return [`~ ${title}`, ...lines]
}

function differences(old: InstalledSchedule, from: ScheduledFile): string[] {
  const lines = Object.keys(from.definition).flatMap((key) => {
    const [was, is] = [old.definition, from.definition].map((definition) => shownValue(definition, key))
    return was === is ? [] : [`    ${key}: ${was} -> ${is}`]
  })
  if (old.file !== from.file) lines.push(`    moved from ${old.file}`)
  if (lines.length === 0) lines.push('    Its queries or options differ.')
  return [...lines, '    Slots that are due by now are decided as before.']
}

function shownValue(definition: ScheduleDefinition, key: string): string {
  const value = definition[key as keyof ScheduleDefinition]
  return value instanceof Date ? value.toISOString() : String(value ?? 'none')
}
