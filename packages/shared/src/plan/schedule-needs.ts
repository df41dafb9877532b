import { Heap } from './heap.ts'
import type { Placement } from './schedule.ts'

/**
 * Places queries of which some need others: whenever a slot is free, it takes the first in the order given of those whose
 * needs have ended. What a run does.
 * @param durationsMs how long each query takes
 * @param needs the indices of those that each needs; no query is in a circle
 * @param slots how many run at once, from 1
 * @returns a placement for each query, in the order given
 */
export function scheduleNeeds(
  durationsMs: readonly number[],
  needs: readonly (readonly number[])[],
  slots: number,
): { placements: Placement[]; wallMs: number } {
  const open = needs.map(({ length }) => length)
  const needers = needersOf(needs)
  const ready = new Heap<number>((one, other) => one < other)
  const running = new Heap<{ index: number; slot: number; endMs: number }>((one, other) => one.endMs < other.endMs)
  const free = new Heap<number>((one, other) => one < other)
  const placements: Placement[] = []
  for (let slot = 0; slot < Math.min(slots, durationsMs.length); slot++) free.add(slot)
  for (const [index, count] of open.entries()) if (count === 0) ready.add(index)
  for (let nowMs = 0; ; ) {
    while (ready.first !== undefined && free.first !== undefined) {
      const [index, slot] = [ready.take() ?? 0, free.take() ?? 0]
      const endMs = nowMs + (durationsMs[index] ?? 0)
      placements[index] = { slot, startMs: nowMs, endMs }
      running.add({ index, slot, endMs })
    }
    if (running.first === undefined) return { placements, wallMs: nowMs }
    nowMs = running.first.endMs
    // All that end now, so that the next comes by its turn and not by who has ended first.
    for (let ended = running.first; ended?.endMs === nowMs; ended = running.first) {
      running.take()
      free.add(ended.slot)
      for (const index of needers[ended.index] ?? []) {
        open[index] = (open[index] ?? 0) - 1
        if (open[index] === 0) ready.add(index)
      }
    }
  }
}

/** The other way round: the indices of those that need each. */
export function needersOf(needs: readonly (readonly number[])[]): number[][] {
  const needers = needs.map((): number[] => [])
  for (const [index, each] of needs.entries()) for (const need of each) needers[need]?.push(index)
  return needers
}
