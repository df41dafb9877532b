import type { QueryState } from '../run/index.ts'
import { compareTurns } from './compare-turns.ts'
import { guessesFrom, meanOf } from './guess-durations.ts'
import { schedule } from './schedule.ts'

/** A query of a run that goes on. */
export interface QueryUnderWay {
  readonly position: number
  readonly state: QueryState
  /** In ms; null: unknown. */
  readonly expectedMs: number | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

/**
 * How long a run will still take, in ms, by the same schedule as its plan: what runs already keeps its slot for the rest of
 * its time, what waits comes in its turn. A query that is over its time is expected to need as much again as it is over. One
 * of unknown duration is taken for the mean of what those of the run have taken, or else are expected to take.
 * @param slots how many run at once
 * @returns null when nothing is known of any query; 0 when none is left
 */
export function forecastRest(queries: readonly QueryUnderWay[], slots: number, now: Date): number | null {
  const running = queries.filter(({ state }) => state === 'running')
  const queued = queries.filter(({ state }) => state === 'queued')
  if (running.length + queued.length === 0) return 0
  const guessMs = guess(queries)
  if (guessMs === null && [...running, ...queued].some(({ expectedMs }) => expectedMs === null)) return null
  const expectedMs = (query: QueryUnderWay): number => query.expectedMs ?? guessMs ?? 0
  const waitingMs = queued
    .toSorted((one, other) => compareTurns({ ...one, costMagnitude: 0 }, { ...other, costMagnitude: 0 }))
    .map(expectedMs)
  const busyMs = running.map((query) => Math.abs(expectedMs(query) - ranMs(query, now)))
  return schedule(waitingMs, slots, busyMs).wallMs
}

function guess(queries: readonly QueryUnderWay[]): number | null {
  const taken = queries.flatMap(({ state, startedAt, finishedAt }) =>
    state === 'succeeded' && startedAt && finishedAt ? [finishedAt.getTime() - startedAt.getTime()] : [],
  )
  const known = taken.length > 0 ? taken : guessesFrom(queries.map(({ expectedMs }) => expectedMs))
  return known.length === 0 ? null : meanOf(known)
}

function ranMs({ startedAt }: QueryUnderWay, now: Date): number {
  return startedAt === null ? 0 : Math.max(0, now.getTime() - startedAt.getTime())
}
