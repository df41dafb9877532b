import { needersOf } from './schedule-needs.ts'

/**
 * The longest path through queries that need each other: no number of slots makes a run take less.
 * @param durationsMs how long each takes
 * @param needs the indices of those that each needs
 * @param restMs how long the rest is after each, see restAfter
 * @returns the indices on it, in the order in which they run
 */
export function criticalPath(
  durationsMs: readonly number[],
  needs: readonly (readonly number[])[],
  restMs: readonly number[],
): number[] {
  const pathMs = (index: number): number => (durationsMs[index] ?? 0) + (restMs[index] ?? 0)
  const longest = (indices: readonly number[]): number | undefined =>
    indices.reduce<number | undefined>(
      (best, index) => (best === undefined || pathMs(index) > pathMs(best) ? index : best),
      undefined,
    )
  const needers = needersOf(needs)
  const path: number[] = []
  for (let next = longest([...needs.keys()]); next !== undefined; next = longest(needers[next] ?? [])) path.push(next)
  return path
}
