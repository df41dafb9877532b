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

/** The slots of a run on a database without a limit, or with one that is not known where it is submitted. */
export const slotsWithoutLimit = 100

/** Jobs are added to Redis in chunks of at most this many nodes: one chunk blocks Redis for 15 to 30 ms. */
export const maxNodesPerChunk = 500
