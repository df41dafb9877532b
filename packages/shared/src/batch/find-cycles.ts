/** A query that needs others, which are queries of its batch. */
interface Needing<N> {
  readonly name: string
  readonly needs: readonly N[]
}

/** Queries of which each needs the next. */
export interface Cycle<N> {
  /** The first of them stands at the end once more. */
  readonly path: readonly string[]
  /** The need that leads back to the first. */
  readonly closing: N
}

/**
 * Finds cycles, none with a query of another: as many as are worth telling, since who breaks them may break others, too. Goes
 * through each need once, and however deep they lie.
 */
export function findCycles<N extends { readonly name: string }>(needing: readonly Needing<N>[]): Cycle<N>[] {
  const byName = new Map(needing.map((query) => [query.name, query]))
  const cycles: Cycle<N>[] = []
  const told = new Set<string>()
  const done = new Set<string>()
  for (const { name: root } of needing) {
    // The way from the root to where the search is: each query with how many of its needs were gone through.
    const way: { readonly query: Needing<N>; next: number }[] = []
    const places = new Map<string, number>()
    const enter = (name: string): void => {
      const query = byName.get(name)
      if (query === undefined || done.has(name)) return
      places.set(name, way.length)
      way.push({ query, next: 0 })
    }
    enter(root)
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      const need = at.query.needs[at.next++]
      if (need === undefined) {
        way.pop()
        places.delete(at.query.name)
        done.add(at.query.name)
        continue
      }
      const begin = places.get(need.name)
      if (begin === undefined) {
        enter(need.name)
        continue
      }
      const names = way.slice(begin).map(({ query }) => query.name)
      if (names.some((name) => told.has(name))) continue
      for (const name of names) told.add(name)
      cycles.push({ path: [...names, need.name], closing: need })
    }
  }
  return cycles
}
