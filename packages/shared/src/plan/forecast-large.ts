/** What is left of a run, in sums. Times are in ms. */
export interface RestInSums {
  /** How many queries have no result, and of how many of them the duration is unknown. */
  readonly left: number
  readonly unknown: number
  /** What those of known duration are expected to take, and the longest path that begins with one of them. */
  readonly leftMs: number
  readonly longestMs: number
  /** What those of the run that have succeeded took on average; null: none has. */
  readonly meanMs: number | null
}

/**
 * How long the rest of a run of very many queries takes, in ms: longest first, they come close to what no order can beat.
 * One of unknown duration is taken for the mean of those of the run, or else of those that are known.
 * @param slots how many run at once
 * @returns null when nobody can know
 */
export function forecastLarge(rest: RestInSums, slots: number): number | null {
  const known = rest.left - rest.unknown
  const guessMs = rest.meanMs ?? (known > 0 ? rest.leftMs / known : null)
  if (rest.left === 0) return 0
  if (slots === 0 || (rest.unknown > 0 && guessMs === null)) return null
  return Math.max(rest.longestMs, (rest.leftMs + rest.unknown * (guessMs ?? 0)) / slots)
}
