import type { Taken } from './watch-pauses.ts'

/** What is said behind a repetition of the time that was taken from it; empty when that is not known, and nothing paused. */
export function disturbance({ pausedMs, takenMs }: Taken): string {
  const taken = takenMs === null ? '' : ` (${(takenMs / 1000).toFixed(2)} s of each core taken away)`
  return pausedMs === 0 ? taken : `${taken}: dropped, the machine paused for ${(pausedMs / 1000).toFixed(2)} s`
}
