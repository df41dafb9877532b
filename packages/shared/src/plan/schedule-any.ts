import { type Placement, schedule } from './schedule.ts'
import { scheduleNeeds } from './schedule-needs.ts'

/**
 * Places queries, in the order of their turns, as a run does.
 * @param needs the indices of those that each needs; null: none needs any
 */
export function scheduleAny(
  durationsMs: readonly number[],
  needs: readonly (readonly number[])[] | null,
  slots: number,
): { placements: Placement[]; wallMs: number } {
  return needs === null ? schedule(durationsMs, slots) : scheduleNeeds(durationsMs, needs, slots)
}
