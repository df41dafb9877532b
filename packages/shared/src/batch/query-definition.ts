import type { Effect } from './batch.ts'

/** A value that has its type of PostgreSQL by what it is in JavaScript; see QueryDefinition. */
export type PlainValue = string | number | bigint | boolean | Date | null

/** A value with its type: `{ type: 'numeric(12,2)', value: '19.90' }`. In json and jsonb, anything that JSON can hold. */
export interface TypedValue {
  /** As a cast takes it: `date`, `numeric(12,2)`, `text[]`. */
  readonly type: string
  readonly value: unknown
}

/** The value of a parameter. */
export type ParameterValue = PlainValue | readonly PlainValue[] | TypedValue

/** A query as a program gives it. Only `sql` must be there. */
export interface QueryDefinition {
  /**
   * Unique in the run, also without regard to case; an identifier of up to 63 characters. `query_1`, `query_2`, … by its
   * place if not said. How long a query takes is learned by the names of its batch and its own.
   */
  readonly name?: string
  /** One statement: SELECT, VALUES, TABLE, WITH, SHOW, EXPLAIN, or any that writes, with the effect for that. `:name` is a parameter. */
  readonly sql: string
  /**
   * A value for each parameter. In PostgreSQL a string is text; a whole number is int, or bigint where it is larger than
   * that; any other number is double precision; a bigint is bigint; a boolean is boolean; a Date is timestamptz; null is
   * text; an array is an array of these. Any other type is given with the value, as a TypedValue.
   */
  readonly params?: Readonly<Record<string, ParameterValue>>
  /** Longest time that it may run, in ms; the limit of its database if not said. */
  readonly timeoutMs?: number
  /** How often it is tried again after a failure whose cause can pass, 0 to 20; 3 if not said. */
  readonly retries?: number
  /** How many rows it may give; when it gives more it fails at once, and has no rows. Any number if not said. */
  readonly maxRows?: number
  /** The same for the bytes of its rows as CSV, the header line included. */
  readonly maxBytes?: number
  /** A guess of its duration in ms, for as long as nothing has been learned: queries that take long begin first. */
  readonly expectMs?: number
  /**
   * `write`: what the statement changes is committed, exactly once, also if it is tried again; its database needs a ledger
   * for that, see docs/writes.md. `read` if not said: it cannot change anything.
   */
  readonly effect?: Effect
  /** Words to find it by: letters, digits, `_`, `-`, `.`. */
  readonly tags?: readonly string[]
  /**
   * The names of the queries of this run that must have succeeded before it starts; it is skipped when one of them does not
   * succeed. Of an iterable, queries that came before it.
   */
  readonly needs?: readonly string[]
  /**
   * A read may take the result that a run before had for the same SQL and values on the same database, if that began at
   * most so long ago, in ms, and had this option, too. It always runs if not said.
   */
  readonly cacheMs?: number
}
