import type { Place } from '../../errors/index.ts'

/** A value of a matrix. */
export interface MatrixValue {
  /** As PostgreSQL reads it from text; null is NULL. */
  readonly text: string | null
  /** The type of PostgreSQL that it has by how it is written; null: any. */
  readonly type: 'int' | 'bigint' | 'numeric' | 'boolean' | 'text' | null
  readonly place: Place
}

/** Values by the names of their keys. */
export type Combination = ReadonlyMap<string, MatrixValue>

/** A matrix, as it is written. */
export interface Matrix {
  readonly keys: ReadonlyMap<string, readonly MatrixValue[]>
  readonly include: readonly Combination[]
  readonly exclude: readonly Combination[]
}

/** How many combinations the keys of a matrix have, before anything is excluded or included. */
export function countProduct({ keys }: Matrix): number {
  return keys.size === 0 ? 0 : [...keys.values()].reduce((product, values) => product * values.length, 1)
}

/**
 * The combinations of a matrix, in the order of its values, the last key changing first. As in GitHub Actions: what is
 * included adds its further keys to each combination that has its values, or where there is none, is one of its own.
 */
export function combine(matrix: Matrix): Combination[] {
  const original = product(matrix.keys).filter(
    (combination) => !matrix.exclude.some((excluded) => agrees(excluded, combination)),
  )
  const extended = original.map((combination) => new Map(combination))
  const own: Combination[] = []
  for (const included of matrix.include) {
    const known = new Map([...included].filter(([key]) => matrix.keys.has(key)))
    const matching = extended.filter((_, index) => agrees(known, original[index] as Combination))
    for (const combination of matching) for (const [key, value] of included) combination.set(key, value)
    if (matching.length === 0) own.push(included)
  }
  return [...extended, ...own]
}

/** Whether a combination has all values of a part of one. */
export function agrees(part: Combination, combination: Combination): boolean {
  return [...part].every(([key, { text }]) => combination.get(key)?.text === text)
}

/** All combinations of the values of keys, before anything is excluded. */
export function product(keys: Matrix['keys']): Combination[] {
  if (keys.size === 0) return []
  let combinations: Combination[] = [new Map()]
  for (const [key, values] of keys)
    combinations = combinations.flatMap((combination) => values.map((value) => new Map([...combination, [key, value]])))
  return combinations
}
