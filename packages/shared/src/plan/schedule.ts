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
 * @param busyMs how much longer what runs already keeps a slot each; more of them than slots end one after another
 * @returns a placement for each query, in the order given
 */
export function schedule(
  durationsMs: readonly number[],
  slots: number,
  busyMs: readonly number[] = [],
): { placements: Placement[]; wallMs: number } {
  // Slots that nothing would ever come to need not be there.
  const free = new FreeSlots(Math.max(1, Math.min(slots, durationsMs.length + busyMs.length)))
  let wallMs = 0
  const place = (durationMs: number): Placement => {
    const placement = free.take(durationMs)
    wallMs = Math.max(wallMs, placement.endMs)
    return placement
  }
  for (const leftMs of busyMs) place(leftMs)
  return { placements: durationsMs.map(place), wallMs }
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

/**
 * The least number of slots with which these queries, in this order, take no longer than the longest of them: more slots
 * don't help. 1 for no queries.
 */
export function enoughSlots(durationsMs: readonly number[]): number {
  const longestMs = boundMs(durationsMs, Number.POSITIVE_INFINITY)
  // More slots never make a list of independent queries slower, so that the least number can be searched by halves.
  let least = 1
  let most = Math.max(1, durationsMs.length)
  while (least < most) {
    const middle = Math.floor((least + most) / 2)
    if (schedule(durationsMs, middle).wallMs <= longestMs) most = middle
    else least = middle + 1
  }
  return least
}
