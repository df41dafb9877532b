/** What the rows of a query must be: the CSV of the result store, byte by byte. */
export interface ExpectedRows {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** A query of which it can be told whether its answer is right. */
export interface KnownQuery {
  readonly name: string
  readonly sql: string
  readonly effect: 'read' | 'write'
  /** The names of the queries that it needs; none when absent. */
  readonly needs?: readonly string[]
  /** How long it is said to take, in ms; nothing is said when absent. */
  readonly expectMs?: number
  /** Worked out when it is asked for: the rows of a large result take a while. Null: only its kind can judge them, afterwards. */
  readonly expected: (() => ExpectedRows) | null
}

/** A batch ready to be submitted under its key. */
export interface Batch {
  /** Unique in the life of the suite's database; the key of the run, too. */
  readonly key: string
  readonly kind: string
  readonly snapshot: 'own' | 'shared'
  readonly queries: readonly KnownQuery[]
}
