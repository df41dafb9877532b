/** What decides when the turn of a query comes. */
export interface Turn {
  readonly position: number
  /** In ms; null: unknown. */
  readonly expectedMs: number | null
  /** The power of ten of the planner's cost, where it was asked; 0 where not. */
  readonly costMagnitude: number
}

/**
 * Which of two queries of a run begins first, for sorting: one of unknown duration, for it may be long, among those the one
 * with the clearly greater cost; then the longest expected; then the first in the file. Claiming in the journal has the same
 * order (`claim-jobs.ts`).
 */
export function compareTurns(one: Turn, other: Turn): number {
  return (
    descending(one.expectedMs ?? Number.POSITIVE_INFINITY, other.expectedMs ?? Number.POSITIVE_INFINITY) ||
    descending(one.costMagnitude, other.costMagnitude) ||
    one.position - other.position
  )
}

function descending(one: number, other: number): number {
  if (one === other) return 0
  return one > other ? -1 : 1
}
