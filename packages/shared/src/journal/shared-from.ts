/** The query whose result a query has, instead of having been executed itself. */
export interface SharedFrom {
  readonly run: string
  readonly query: string
  /** The position of that query in its run, by which the manifest beside the rows knows it. */
  readonly position: number
}

/** Reads that of a row of `querypool.result`; null: the result is the query's own. */
export function sharedFromColumn(result: string): string {
  return `CASE WHEN ${result}.shared_run IS NOT NULL THEN jsonb_build_object('run', ${result}.shared_run,
    'query', ${result}.shared_query, 'position', ${result}.shared_position) END`
}

/** The columns of a result that a query takes from another, in the order of `sharedValues`. */
export const sharedColumns = `run, generation, position, state, attempts, artifact, "offset", bytes, rows, sha256, worker,
  started_at, finished_at, error, shared_run, shared_query, shared_position`

/**
 * The values of a result that is taken from another, as a SELECT has them: nothing was attempted for it, the times are those
 * of the execution. What was kept from its end is nobody's result.
 * @param of run, generation and position of the query that takes it, as SQL. The other one's result is to be `x`, its query `l`
 */
export function sharedValues(of: { run: string; generation: string; position: string }): string {
  const from = (value: string): string => `CASE WHEN x.state IN ('succeeded', 'failed') THEN ${value} END`
  return `${of.run}, ${of.generation}, ${of.position}, x.state, 0, x.artifact, x."offset", x.bytes, x.rows, x.sha256, x.worker,
    x.started_at, x.finished_at, x.error, ${from('coalesce(x.shared_run, x.run)')}, ${from('coalesce(x.shared_query, l.name)')},
    ${from('coalesce(x.shared_position, x.position)')}`
}
