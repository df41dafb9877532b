import { compareTurns } from './compare-turns.ts'
import { drawDurations, seededChance } from './draw-durations.ts'
import type { Estimate } from './estimate-duration.ts'
import { guessesFrom, meanOf } from './guess-durations.ts'
import { boundMs, enoughSlots, type Placement, schedule } from './schedule.ts'

/** A query of a run that is to be planned. */
export interface QueryToPlan {
  readonly name: string
  /** Its place in the file, from 0. */
  readonly position: number
  readonly estimate: Estimate
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
  const inTurn = queries.toSorted((one, other) => compareTurns(turnOf(one), turnOf(other)))
  const estimates = inTurn.map(({ estimate }) => estimate)
  const guesses = guessesFrom(estimates.map(({ expectedMs }) => expectedMs))
  if (guesses.length === 0)
    return { slots, queries: inTurn.map((query) => ({ ...query, plannedMs: null, placement: null })), forecast: null }
  const guessMs = meanOf(guesses)
  const plannedMs = estimates.map(({ expectedMs }) => expectedMs ?? guessMs)
  const { placements, wallMs } = schedule(plannedMs, slots)
  const range = rangeOf(estimates, guesses, slots)
  return {
    slots,
    queries: inTurn.map((query, index) => ({
      ...query,
      plannedMs: plannedMs[index] ?? null,
      placement: placements[index] ?? null,
    })),
    forecast: {
      wallMs,
      lowMs: Math.min(wallMs, range.lowMs),
      highMs: Math.max(wallMs, range.highMs),
      totalMs: plannedMs.reduce((sum, ms) => sum + ms, 0),
      longestMs: boundMs(plannedMs, Number.POSITIVE_INFINITY),
      boundMs: boundMs(plannedMs, slots),
      enoughSlots: enoughSlots(plannedMs),
    },
  }
}

function turnOf({ position, estimate, costMagnitude }: QueryToPlan): Parameters<typeof compareTurns>[0] {
  return { position, expectedMs: estimate.expectedMs, costMagnitude }
}

/** Between what the wall time lies in the middle four of five trials. The same for the same queries: chance has a seed. */
function rangeOf(
  estimates: readonly Estimate[],
  guessesMs: readonly number[],
  slots: number,
): { lowMs: number; highMs: number } {
  const chance = seededChance(1)
  const trials = Math.max(leastTrials, Math.min(mostTrials, Math.floor(mostDraws / estimates.length)))
  const wallsMs = Array.from(
    { length: trials },
    () => schedule(drawDurations(estimates, guessesMs, chance), slots).wallMs,
  ).sort((one, other) => one - other)
  return { lowMs: wallsMs[Math.floor(trials * 0.1)] ?? 0, highMs: wallsMs[Math.ceil(trials * 0.9) - 1] ?? 0 }
}
