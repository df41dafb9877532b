/**
 * The least time in which a number of workers can run queries of these durations: none can be faster than its longest
 * query, nor than its even share of the whole. All in milliseconds; 0 for no queries.
 */
export function lowerBoundMs(durationsMs: readonly number[], workers: number): number {
  const totalMs = durationsMs.reduce((sum, durationMs) => sum + durationMs, 0)
  return Math.max(0, ...durationsMs, totalMs / workers)
}
