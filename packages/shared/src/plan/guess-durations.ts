/** What a query of unknown duration may take, in ms: what any other is known to take. None when nothing is known. */
export function guessesFrom(knownMs: readonly (number | null)[]): number[] {
  return knownMs.filter((ms) => ms !== null)
}

/** The mean, which keeps the sum right, as a median would not where few queries take most of the time; 0 of none. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
