import type { Place } from '../../errors/index.ts'
import { previousTime, type ScheduleDefinition, slotAt, slotParameters } from '../../schedule/index.ts'
import type { PlacedDeclaration } from '../options.ts'

/**
 * What a schedule declares for every query of its batch: the parameters of its slots. They need not be used, and a file
 * that declares one itself has its own. By default they have the values of the last slot, for runs by hand.
 * @param place of the schedule
 * @param definition null: it is wrong
 */
export function slotDeclarations(place: Place, definition: ScheduleDefinition | null): Map<string, PlacedDeclaration> {
  const last = definition && previousTime(definition, new Date())
  const slot = definition && last && slotAt(definition, last)
  return new Map(
    slotParameters.map((name) => {
      const at = slot && (name === 'interval_start' ? slot.intervalStart : slot.at)
      const ofLast = at === null ? {} : { default: at.toISOString() }
      return [name, { declaration: { name, type: 'timestamptz', ...ofLast, place }, place }]
    }),
  )
}
