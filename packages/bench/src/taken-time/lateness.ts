/** How long a thread sleeps at a time, in ms. */
export const tickMs = 2

/** A thread that comes first is woken within far less. */
const noticedMs = 1

/** Shorter ones may be the scheduler of a busy machine, where the thread does not come first. */
const shortestPauseMs = 200

/** What the time between two wake-ups of a thread says, in ms: how much was taken, and how much of that was a pause. */
export function latenessOf(gapMs: number): { readonly takenMs: number; readonly pausedMs: number } {
  const lateMs = gapMs - tickMs
  return { takenMs: lateMs >= noticedMs ? lateMs : 0, pausedMs: lateMs >= shortestPauseMs ? lateMs : 0 }
}
