/** The task of graphile-worker that runs a query, and the table into which it writes the rows. */
export const graphileTask = 'run_query'
export const graphileResults = 'graphile_results'

/** A query as the payload of a job. */
export interface GraphileQuery {
  readonly n: number
  readonly sql: string
}
