/** A list by its columns: an array for each, all equally long. Of long lists PostgreSQL makes these faster than objects. */
export type Columns<Row> = { readonly [Column in keyof Row]: readonly Row[Column][] }

/**
 * An expression of SQL for the rows of a subquery by their columns, as JSON; null: there are none.
 * @param columns their names, each with an expression for it
 */
export function selectColumns<Row>(columns: { readonly [Column in keyof Row]: string }): string {
  const pairs = Object.entries<string>(columns).map(([name, expression]) => `'${name}', json_agg(${expression})`)
  return `CASE WHEN count(*) > 0 THEN json_build_object(${pairs.join(', ')}) END`
}

/** The rows of such columns. */
export function rowsOf<Row extends object>(columns: Columns<Row> | null): Row[] {
  if (columns === null) return []
  const names = Object.keys(columns) as (keyof Row)[]
  const length = names[0] === undefined ? 0 : columns[names[0]].length
  return Array.from({ length }, (_, index) =>
    Object.fromEntries(names.map((name) => [name, columns[name][index]])),
  ) as Row[]
}
