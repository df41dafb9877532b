/** What the rows of a query must be: the CSV of the result store, byte by byte. */
export interface ExpectedRows {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** A query whose answer is known before it runs. */
export interface KnownQuery {
  readonly name: string
  readonly sql: string
  /** Worked out when it is asked for: the rows of a large result take a while. */
  expected(): ExpectedRows
}

/** A batch with known answers, ready to be submitted under its key. */
export interface Batch {
  /** Unique in the life of the suite's database; the key of the run, too. */
  readonly key: string
  readonly kind: string
  readonly queries: readonly KnownQuery[]
}
