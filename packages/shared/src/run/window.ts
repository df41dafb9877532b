/**
 * How many jobs of one run may be in Redis and unfinished at once.
 *
 * Twice the slots keep every slot busy while a finished job is collected and replaced (a few ms against queries of any
 * length); 200 at the least costs about 600 kB of Redis and spares small runs every top-up; 2,000 at the most bounds
 * what a run of a million queries keeps in Redis (about 6 MB) and how long cancelling its waiting jobs takes.
 *
 * While nothing is known of how long the queries of a larger run take, only twice the slots are handed out: then the rest can
 * be put together by what those show.
 *
 * @param slots how many queries may run at once
 * @param unknown how many queries the run has, of which nothing is known; null: something is
 */
export function windowOfJobs(slots: number, unknown: number | null = null): number {
  const window = Math.min(2000, Math.max(200, 2 * slots))
  return unknown === null || unknown <= window ? window : Math.min(window, Math.max(20, 2 * slots))
}

/** The slots of a run on a database without a limit, or with one that is not known where it is submitted. */
export const slotsWithoutLimit = 100

/** Jobs are added to Redis in chunks of at most this many nodes: 500 of them have been seen to block Redis for 15 to 30 ms. */
export const maxNodesPerChunk = 200
