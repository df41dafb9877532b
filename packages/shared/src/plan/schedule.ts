import { FreeSlots } from './free-slots.ts'

/** Where and when a query runs: slots count from 0, times are in ms from the beginning of the schedule. */
export interface Placement {
  readonly slot: number
  readonly startMs: number
  readonly endMs: number
}

/**
 * Places queries in the order given, each on the slot that is free first: what a run does (list scheduling, Graham 1966).
 * @param durationsMs how long each query takes
 * @param slots how many run at once, from 1
 * @returns a placement for each query, in the order given
 */
export function schedule(durationsMs: readonly number[], slots: number): { placements: Placement[]; wallMs: number } {
  // Slots that nothing would ever come to need not be there.
  const free = new FreeSlots(Math.max(1, Math.min(slots, durationsMs.length)))
  let wallMs = 0
  const placements = durationsMs.map((durationMs) => {
    const placement = free.take(durationMs)
    wallMs = Math.max(wallMs, placement.endMs)
    return placement
  })
  return { placements, wallMs }
}

/** What no schedule can beat: the longest query, and an even share of all of them. In ms. */
export function boundMs(durationsMs: readonly number[], slots: number): number {
  let longestMs = 0
  let totalMs = 0
  for (const durationMs of durationsMs) {
    longestMs = Math.max(longestMs, durationMs)
    totalMs += durationMs
  }
  return Math.max(longestMs, totalMs / slots)
}

// Sums of the same numbers in another order may differ by less than this share.
const rounding = 1e-9

/**
 * A number of slots with which a run takes no longer than its longest path: more don't help. The least such number where no
 * query needs others; else there may be a smaller one by chance, as more slots can make a run slower then (Graham 1969).
 * @param count how many queries there are; 1 is enough for none
 * @param longestMs the longest path
 * @param wallMs how long it takes with so many slots
 */
export function enoughSlots(count: number, longestMs: number, wallMs: (slots: number) => number): number {
  let least = 1
  let most = Math.max(1, count)
  while (least < most) {
    const middle = Math.floor((least + most) / 2)
    if (wallMs(middle) <= longestMs * (1 + rounding)) most = middle
    else least = middle + 1
  }
  return least
}
