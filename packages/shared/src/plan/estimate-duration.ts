/** How long a query took in one of its latest runs, and how like it then was to the query in question. */
export interface Measurement {
  readonly ms: number
  readonly isSameSql: boolean
  /** Same SQL and same values of its parameters. */
  readonly isSameArguments: boolean
}

/**
 * What an expectation rests on. `measured`: this SQL, with these values if it ever had them. `changed`: a query of that
 * name whose SQL was another. `expect`: somebody's guess. `unknown`: nothing.
 */
export type Basis = 'measured' | 'changed' | 'expect' | 'unknown'

/** How long a query is expected to take. */
export interface Estimate {
  readonly basis: Basis
  /** In ms; null: unknown. */
  readonly expectedMs: number | null
  /** What it took in the runs that count, the latest first. */
  readonly measuredMs: readonly number[]
}

/** How many measurements count. Their median keeps to what is usual while up to three of them are out of the way. */
const mostCounted = 7

/**
 * How long a query is expected to take: the median of its latest measurements with the same values of its parameters; where
 * there are none, with any values; then those of its name before its SQL was changed; then the guess.
 * @param measurements of the queries of its name in its batch and on its database, the latest first
 * @param expectMs the guess in its definition; null: none
 */
export function estimateDuration(measurements: readonly Measurement[], expectMs: number | null): Estimate {
  const sameSql = measurements.filter(({ isSameSql }) => isSameSql)
  const sameArguments = sameSql.filter(({ isSameArguments }) => isSameArguments)
  const nearest = [sameArguments, sameSql, measurements].find(({ length }) => length > 0)
  if (nearest === undefined)
    return { basis: expectMs === null ? 'unknown' : 'expect', expectedMs: expectMs, measuredMs: [] }
  const measuredMs = nearest.slice(0, mostCounted).map(({ ms }) => ms)
  return { basis: sameSql.length > 0 ? 'measured' : 'changed', expectedMs: medianOf(measuredMs), measuredMs }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
