import type { QueryState } from '../run/index.ts'
import { compareTurns, type Turn } from './compare-turns.ts'
import { guessesFrom, meanOf } from './guess-durations.ts'
import { indexNeeds } from './index-needs.ts'
import { restAfter } from './rest-after.ts'
import { scheduleAny } from './schedule-any.ts'

/** A query of a run that goes on. */
export interface QueryUnderWay {
  readonly name: string
  /** The names of those that it needs. */
  readonly needs: readonly string[]
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
  const restMs = restByName(queued, expectedMs)
  const turnOf = (query: QueryUnderWay): Turn => ({ ...query, restMs: restMs.get(query.name) ?? 0, costMagnitude: 0 })
  const waiting = queued.toSorted((one, other) => compareTurns(turnOf(one), turnOf(other)))
  const busyMs = running.map((query) => Math.abs(expectedMs(query) - ranMs(query, now)))
  const needs = indexNeeds([...running.map((query) => ({ ...query, needs: [] })), ...waiting])
  return scheduleAny([...busyMs, ...waiting.map(expectedMs)], needs, slots).wallMs
}

function restByName(
  queued: readonly QueryUnderWay[],
  expectedMs: (query: QueryUnderWay) => number,
): Map<string, number> {
  const needs = indexNeeds(queued)
  const restMs = needs === null ? [] : restAfter(queued.map(expectedMs), needs)
  return new Map(queued.map(({ name }, index) => [name, restMs[index] ?? 0]))
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
