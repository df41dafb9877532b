import type { QueryUnderWay } from './forecast-rest.ts'

const lookBackMs = 1000

/**
 * How many queries of a run that shares its workers run at once: as many as run now or ran a second ago, whichever is more,
 * for between two queries of a slot there is a moment in which neither is seen. 0: none, so that nobody can know.
 */
export function slotsInUse(queries: readonly QueryUnderWay[], now: Date): number {
  const ranAt = (atMs: number): number =>
    queries.filter(
      ({ startedAt, finishedAt }) =>
        startedAt !== null && startedAt.getTime() <= atMs && (finishedAt === null || finishedAt.getTime() > atMs),
    ).length
  return Math.max(ranAt(now.getTime()), ranAt(now.getTime() - lookBackMs))
}
