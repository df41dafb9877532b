/** A query that may need others of its list. */
interface NamedQuery {
  readonly name: string
  readonly needs: readonly string[]
}

/** The needs of queries as indices into their list, without those that are not in it; null: there are none. */
export function indexNeeds(queries: readonly NamedQuery[]): number[][] | null {
  if (queries.every(({ needs }) => needs.length === 0)) return null
  const indices = new Map(queries.map(({ name }, index) => [name, index]))
  return queries.map(({ needs }) => needs.flatMap((name) => indices.get(name) ?? []))
}
