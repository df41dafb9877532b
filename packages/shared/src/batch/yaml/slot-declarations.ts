import type { Place } from '../../errors/index.ts'
import { slotParameters } from '../../schedule/index.ts'
import type { PlacedDeclaration } from '../options.ts'

/**
 * What a schedule declares for every query of its batch: the parameters of its slots. They need not be used, and a file
 * that declares one itself has its own.
 * @param place of the schedule
 */
export function slotDeclarations(place: Place): Map<string, PlacedDeclaration> {
  return new Map(slotParameters.map((name) => [name, { declaration: { name, type: 'timestamptz', place }, place }]))
}
