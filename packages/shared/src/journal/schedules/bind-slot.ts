import { type Batch, type BoundQuery, bindArguments } from '../../batch/index.ts'
import { type SlotTimes, slotParameters } from '../../schedule/index.ts'

/**
 * The queries of a batch with the values that they have in one of its slots.
 * @throws InvalidDefinition when a parameter has neither a value there nor a default
 */
export function bindSlot(batch: Batch, { at, intervalStart }: SlotTimes): BoundQuery[] {
  const values = { slot: at, interval_start: intervalStart, interval_end: at }
  const used = new Set(batch.queries.flatMap(({ parameters }) => parameters.map(({ name }) => name)))
  const given = slotParameters
    .filter((name) => used.has(name))
    .map((name) => [name, values[name].toISOString()] as const)
  return bindArguments(batch, new Map(given))
}
