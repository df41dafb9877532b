/** The queue of pg-boss. */
export const pgBossQueue = 'bench'

/** A query as the data of a job. */
export interface PgBossQuery {
  readonly n: number
  readonly sql: string
}
