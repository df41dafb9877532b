/** Queries that are expected to take less than this, in ms, are put together: what a job costs by itself is about as long. */
export const shortMs = 50

/**
 * How many short queries make a job: together they are expected to take half a second, long against what a job costs and
 * short for whoever waits for its slot. Each counts as 2 ms at the least, so that a job has at most 250.
 */
export const grouping = { most: 250, leastMs: 2, mostMs: 500 } as const

/** What is left of a run is shared out in so many jobs for each slot at the least, so that all slots end together. */
export const jobsPerSlot = 4

/**
 * A run has about so many jobs at the most, whatever its queries take: each costs its finish-run some 100 bytes in Redis
 * for good.
 */
export const mostJobs = 20_000

/** From how many results on a run shows what its queries take, and how many of the latest are looked at. */
export const leastObserved = 10
export const mostObserved = 100
