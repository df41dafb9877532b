/** What decides when the turn of a query comes. */
export interface Turn {
  readonly position: number
  /** In ms; null: unknown. */
  readonly expectedMs: number | null
  /** How long the rest is that comes after it, see restAfter; 0 where nothing needs it. */
  readonly restMs: number
  /** The power of ten of the planner's cost, where it was asked; 0 where not. */
  readonly costMagnitude: number
}

/**
 * Which of two queries of a run begins first, for sorting: one of unknown duration, for it may be long, among those the one
 * after which the longest rest comes, then the one with the clearly greater cost; then the one that begins the longest path
 * of queries which need each other, which is its own duration where none needs it; then the first in the file. Claiming in the journal has the same
 * order (`claim-jobs.ts`).
 */
export function compareTurns(one: Turn, other: Turn): number {
  return (
    descending(pathMs(one), pathMs(other)) ||
    descending(one.restMs, other.restMs) ||
    descending(one.costMagnitude, other.costMagnitude) ||
    one.position - other.position
  )
}

function pathMs({ expectedMs, restMs }: Turn): number {
  return expectedMs === null ? Number.POSITIVE_INFINITY : expectedMs + restMs
}

function descending(one: number, other: number): number {
  if (one === other) return 0
  return one > other ? -1 : 1
}
