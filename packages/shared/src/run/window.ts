// The rest of the window is only handed out in strides.
const refillBelow = 0.75

/**
 * How many jobs of one run may be in Redis and unfinished at once.
 *
 * Twice the slots keep every slot busy while a finished job is collected and replaced (a few ms against queries of any
 * length); 200 at the least costs about 600 kB of Redis and spares small runs every top-up; 2,000 at the most bounds
 * what a run of a million queries keeps in Redis (about 6 MB) and how long cancelling its waiting jobs takes.
 *
 * @param slots how many queries may run at once
 */
export function windowOfJobs(slots: number): number {
  return Math.min(2000, Math.max(200, 2 * slots))
}

/**
 * The same while nothing is known of some queries of the run, of which there are more than a window: only twice what can
 * really run at once, so that what follows can be put together by what these show.
 */
export function windowOfUnknown(usable: number): number {
  return Math.max(20, 2 * usable)
}

/** What says how many jobs of a run are handed out. */
export interface WindowedRun {
  readonly slots: number
  /** How many of its slots there are workers for, as far as that is known. */
  readonly usable: number
  /** How many queries it has, if nothing is known of some of those that wait; else null. */
  readonly unknown: number | null
  readonly hasNeeds: boolean
  /** How many of its queries may run at once; null: as many as there are slots. */
  readonly maxParallel: number | null
}

/**
 * How many more jobs of a run are to be handed out when some are open; 0: none, or it is not worth a stride.
 *
 * Usually more come only once less than three quarters of the window are open, so that one addition to Redis carries many.
 * Where queries need others, what was just set free may be what all else waits for: the window is small and always full.
 * A run of which only so many queries may run at once has no more jobs than that, since each could be taken at once.
 */
export function roomForJobs(open: number, run: WindowedRun): number {
  const { slots, usable, unknown, hasNeeds, maxParallel } = run
  if (maxParallel !== null) return Math.max(0, maxParallel - open)
  const window = windowOfJobs(slots)
  if (hasNeeds) return Math.max(0, Math.min(window, Math.max(20, 2 * slots)) - open)
  const most = unknown !== null && unknown > window ? Math.min(window, windowOfUnknown(usable)) : window
  return open >= most * refillBelow ? 0 : most - open
}

/** The slots of a run on a database without a limit, or with one that is not known where it is submitted. */
export const slotsWithoutLimit = 100

/** Jobs are added to Redis in chunks of at most this many nodes: 500 of them have been seen to block Redis for 15 to 30 ms. */
export const maxNodesPerChunk = 200
