import type { SlotTimes } from './slot-parameters.ts'
import { previousTime, type Timing, timesBetween } from './slot-times.ts'

/** The slot at a time of the expression, with its interval: from the time before. */
export function slotAt(timing: Timing, at: Date): SlotTimes {
  return { at, intervalStart: previousTime(timing, at) ?? at }
}

/** The slots whose intervals begin from an instant on and before another, and are over by `now`. */
export function* slotsOfIntervals(timing: Timing, from: Date, to: Date, now: Date): Generator<SlotTimes> {
  let intervalStart: Date | null = null
  for (const at of timesBetween(timing, new Date(from.getTime() - 1), now)) {
    if (intervalStart !== null) yield { at, intervalStart }
    if (at >= to) return
    intervalStart = at
  }
}
