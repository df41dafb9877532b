/**
 * How long the rest is after each query: the longest path of queries that need it, and that need those, one after another.
 * @param durationsMs how long each takes
 * @param needs the indices of those that each needs; no query is in a circle
 */
export function restAfter(durationsMs: readonly number[], needs: readonly (readonly number[])[]): number[] {
  const restMs = durationsMs.map(() => 0)
  const needers = durationsMs.map(() => 0)
  for (const each of needs) for (const need of each) needers[need] = (needers[need] ?? 0) + 1
  // A query comes when all that need it have come.
  const last = durationsMs.flatMap((_, index) => (needers[index] === 0 ? [index] : []))
  for (let index = last.pop(); index !== undefined; index = last.pop()) {
    const pathMs = (durationsMs[index] ?? 0) + (restMs[index] ?? 0)
    for (const need of needs[index] ?? []) {
      restMs[need] = Math.max(restMs[need] ?? 0, pathMs)
      needers[need] = (needers[need] ?? 0) - 1
      if (needers[need] === 0) last.push(need)
    }
  }
  return restMs
}
