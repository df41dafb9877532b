import { compareTurns } from './compare-turns.ts'
import { criticalPath } from './critical-path.ts'
import { drawDurations, seededChance } from './draw-durations.ts'
import type { Estimate } from './estimate-duration.ts'
import { guessesFrom, meanOf } from './guess-durations.ts'
import { indexNeeds } from './index-needs.ts'
import { restAfter } from './rest-after.ts'
import { boundMs, enoughSlots, type Placement } from './schedule.ts'
import { scheduleAny } from './schedule-any.ts'

/** A query of a run that is to be planned. */
export interface QueryToPlan {
  readonly name: string
  /** Its place in the file, from 0. */
  readonly position: number
  readonly estimate: Estimate
  /** The names of those that it needs; of others than are planned nothing is waited for. */
  readonly needs: readonly string[]
  /** The power of ten of the planner's cost; 0 where it was not asked. */
  readonly costMagnitude: number
}

/** A query in a plan. */
export interface PlannedQuery extends QueryToPlan {
  /** How long it takes in the plan, in ms: as expected, else what the others take on average; null: nobody can know. */
  readonly plannedMs: number | null
  /** Null when nothing is known of any query. */
  readonly placement: Placement | null
}

/** What would happen if some queries were run. Times are in ms. */
export interface RunPlan {
  readonly slots: number
  /** In the order in which they begin. */
  readonly queries: readonly PlannedQuery[]
  /** The names on the longest path of queries that need each other; none where none does, or nothing is known. */
  readonly criticalPath: readonly string[]
  /** Null when nothing is known of any query. */
  readonly forecast: Forecast | null
}

/** How long a run takes. */
export interface Forecast {
  /** In four of five cases it takes from `lowMs` to `highMs`. */
  readonly wallMs: number
  readonly lowMs: number
  readonly highMs: number
  readonly totalMs: number
  readonly longestMs: number
  /** The longest path; the longest query where none needs others. */
  readonly criticalPathMs: number
  /** What no order of the queries can beat. */
  readonly boundMs: number
  /** More slots than these would not make it faster. */
  readonly enoughSlots: number
}

const mostTrials = 200
const leastTrials = 10
// Keeps the plan of a very large batch to some seconds.
const mostDraws = 2_000_000

/**
 * Simulates a run: in which order its queries begin, when and where, and how long all of it takes.
 * @param slots how many run at once, from 1
 */
export function planRun(queries: readonly QueryToPlan[], slots: number): RunPlan {
  const guesses = guessesFrom(queries.map(({ estimate }) => estimate.expectedMs))
  const inTurn = sortByTurn(queries, meanOf(guesses) || 1)
  const needs = indexNeeds(inTurn)
  if (guesses.length === 0)
    return {
      slots,
      queries: inTurn.map((query) => ({ ...query, plannedMs: null, placement: null })),
      criticalPath: [],
      forecast: null,
    }
  const plannedMs = inTurn.map(({ estimate }) => estimate.expectedMs ?? meanOf(guesses))
  const { placements, wallMs } = scheduleAny(plannedMs, needs, slots)
  const range = rangeOf(inTurn, needs, guesses, slots)
  const path = needs === null ? [] : criticalPath(plannedMs, needs, restAfter(plannedMs, needs))
  const longestMs = boundMs(plannedMs, Number.POSITIVE_INFINITY)
  const pathMs = needs === null ? longestMs : path.reduce((sum, index) => sum + (plannedMs[index] ?? 0), 0)
  const planned = inTurn.map((query, index) => ({
    ...query,
    plannedMs: plannedMs[index] ?? null,
    placement: placements[index] ?? null,
  }))
  return {
    slots,
    queries: planned.sort((one, other) => (one.placement?.startMs ?? 0) - (other.placement?.startMs ?? 0)),
    criticalPath: path.map((index) => inTurn[index]?.name ?? ''),
    forecast: {
      wallMs,
      lowMs: Math.min(wallMs, range.lowMs),
      highMs: Math.max(wallMs, range.highMs),
      totalMs: plannedMs.reduce((sum, ms) => sum + ms, 0),
      longestMs,
      criticalPathMs: pathMs,
      boundMs: Math.max(pathMs, boundMs(plannedMs, slots)),
      enoughSlots: enoughSlots(plannedMs.length, pathMs, (count) => scheduleAny(plannedMs, needs, count).wallMs),
    },
  }
}

/** @param guessMs what one of unknown duration counts in the paths that it is on */
function sortByTurn(queries: readonly QueryToPlan[], guessMs: number): QueryToPlan[] {
  const needs = indexNeeds(queries)
  const durationsMs = queries.map(({ estimate }) => estimate.expectedMs ?? guessMs)
  const restMs = needs === null ? [] : restAfter(durationsMs, needs)
  return queries
    .map((query, index) => ({
      query,
      turn: {
        position: query.position,
        expectedMs: query.estimate.expectedMs,
        restMs: restMs[index] ?? 0,
        costMagnitude: query.costMagnitude,
      },
    }))
    .sort((one, other) => compareTurns(one.turn, other.turn))
    .map(({ query }) => query)
}

/** Between what the wall time lies in the middle four of five trials. The same for the same queries: chance has a seed. */
function rangeOf(
  inTurn: readonly QueryToPlan[],
  needs: readonly (readonly number[])[] | null,
  guessesMs: readonly number[],
  slots: number,
): { lowMs: number; highMs: number } {
  const chance = seededChance(1)
  const estimates = inTurn.map(({ estimate }) => estimate)
  const trials = Math.max(leastTrials, Math.min(mostTrials, Math.floor(mostDraws / estimates.length)))
  const wallsMs = Array.from(
    { length: trials },
    () => scheduleAny(drawDurations(estimates, guessesMs, chance), needs, slots).wallMs,
  ).sort((one, other) => one - other)
  return { lowMs: wallsMs[Math.floor(trials * 0.1)] ?? 0, highMs: wallsMs[Math.ceil(trials * 0.9) - 1] ?? 0 }
}
