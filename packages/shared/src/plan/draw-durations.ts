import type { Estimate } from './estimate-duration.ts'

/** How far a duration may be from what is expected: a factor of `1 + spread` up or down. */
const spreads = { measured: 0.2, changed: 0.5, expect: 1, unknown: 2 } as const
// As many as count of each query.
const mostRunsBack = 7

/**
 * Durations as they could come, for one trial: all of a trial are as they were the same number of runs back, so that a slow
 * day is slow for all of them, and each is off by chance, the less the more measurements there are.
 *
 * @param guessesMs what one of unknown duration may take: any of these
 * @param chance gives numbers from 0 to 1
 */
export function drawDurations(
  estimates: readonly Estimate[],
  guessesMs: readonly number[],
  chance: () => number,
): number[] {
  const runsBack = Math.floor(chance() * mostRunsBack)
  return estimates.map(({ basis, expectedMs, measuredMs }) => {
    const known = measuredMs[runsBack % measuredMs.length] ?? expectedMs
    const ms = known ?? guessesMs[Math.floor(chance() * guessesMs.length)] ?? 0
    const spread = spreads[basis] / Math.sqrt(Math.max(1, measuredMs.length))
    return ms * (1 + spread) ** (2 * chance() - 1)
  })
}

/** Numbers from 0 to 1, without 1, that look like chance and are the same for a seed: a linear congruential generator. */
export function seededChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
