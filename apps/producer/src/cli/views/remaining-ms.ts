import type { QueryView } from '@querypool/shared/journal'

/**
 * How long a run will probably still take, in ms: the expected work that is left, shared by the slots, but at least what
 * its longest query needs. Null while the duration of one that is left is unknown.
 */
export function remainingMs(queries: readonly QueryView[], slots: number, now: Date): number | null {
  let sumMs = 0
  let longestMs = 0
  for (const { state, expectedMs, startedAt } of queries) {
    if (state !== 'queued' && state !== 'running') continue
    if (expectedMs === null) return null
    const spentMs = state === 'running' && startedAt !== null ? now.getTime() - startedAt.getTime() : 0
    const leftMs = Math.max(0, expectedMs - spentMs)
    sumMs += leftMs
    longestMs = Math.max(longestMs, leftMs)
  }
  return Math.max(sumMs / Math.max(1, slots), longestMs)
}
