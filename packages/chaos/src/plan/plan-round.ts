import { type Blow, type FaultName, faultNames } from '../faults/fault.ts'
import { type Random, randomFrom } from '../random.ts'
import type { Batch } from '../workload/batch.ts'
import { choices, kindOf } from '../workload/kinds.ts'
import { type Theme, themes } from './theme.ts'

/** A batch that is to be submitted, when and how. */
export interface PlannedBatch {
  readonly batch: Batch
  /** In ms since the round began. */
  readonly atMs: number
  /** By the command line, which then waits for the run; else by the client, in this process. */
  readonly byCommand: boolean
}

/** All that will happen in a round. It follows from the seed and the number of the round alone. */
export interface RoundPlan {
  readonly round: number
  readonly theme: string
  readonly batches: readonly PlannedBatch[]
  readonly blows: readonly Blow[]
}

const faultsWithinMs = 8000
const bursts = 3

/** How long a fault lasts, in ms. What is frozen or silent must sometimes last longer than a lock (5 s) and a silence (8 s). */
const lasts: Partial<Readonly<Record<FaultName, readonly [number, number]>>> = {
  'freeze-worker': [500, 14_000],
  'freeze-workers': [12_000, 15_000],
  'freeze-overseer': [500, 10_000],
  'freeze-dispatching': [6000, 7000],
  'freeze-holder': [500, 14_000],
  'fill-redis': [500, 3000],
  'restore-redis': [500, 6000],
  'silence-link': [500, 10_000],
  'fill-disk': [300, 4000],
}
const otherwiseLasts = [0, 3000] as const

/**
 * Plans a round.
 * @param themeName of all rounds; null: the seed chooses
 * @param kindName of all batches; null: the seed chooses
 */
export function planRound(
  seed: number,
  round: number,
  themeName: string | null = null,
  kindName: string | null = null,
): RoundPlan {
  // Neighbouring seeds and rounds must not resemble each other.
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(round, 0x85ebca6b))
  const chosen = pickWeighted(random, themes, ({ weight }) => weight)
  const theme = themes.find(({ name }) => name === themeName) ?? chosen
  return {
    round,
    theme: theme.name,
    batches: planBatches(random, seed, round, kindName),
    blows: planBlows(random, theme),
  }
}

/** Batches come in bursts: what hands out several runs at once has more that can go wrong. */
function planBatches(random: Random, seed: number, round: number, kindName: string | null): PlannedBatch[] {
  const from = kindName === null ? choices : [kindOf(kindName)]
  const starts = Array.from({ length: bursts }, (_, burst) => (burst === 0 ? 0 : random.between(500, faultsWithinMs)))
  const commanded = random.between(0, 5)
  return Array.from({ length: random.between(6, 9) }, (_, index) => ({
    batch: random.pick(from).make(`chaos-${seed}-${round}-${index + 1}`, random),
    atMs: (starts[index % bursts] ?? 0) + random.between(0, 200),
    byCommand: index === commanded,
  }))
}

function planBlows(random: Random, theme: Theme): Blow[] {
  const choices = faultNames.filter((name) => (theme.faults[name] ?? 0) > 0)
  const count = random.between(theme.blows - 1, theme.blows + 1)
  const blows = Array.from({ length: count }, (): Blow => {
    const fault = pickWeighted(random, choices, (name) => theme.faults[name] ?? 0)
    const [shortest, longest] = lasts[fault] ?? otherwiseLasts
    return {
      fault,
      atMs: random.between(0, faultsWithinMs),
      lastsMs: random.between(shortest, longest),
      which: random.fraction(),
    }
  })
  return blows.sort((one, other) => one.atMs - other.atMs)
}

function pickWeighted<T>(random: Random, values: readonly T[], weightOf: (value: T) => number): T {
  let left = random.fraction() * values.reduce((sum, value) => sum + weightOf(value), 0)
  const found = values.find((value) => {
    left -= weightOf(value)
    return left < 0
  })
  return found ?? random.pick(values)
}
