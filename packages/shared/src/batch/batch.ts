import type { Place } from '../errors/index.ts'
import type { NotifyDefinition } from '../notify/index.ts'
import type { ScheduleDefinition } from '../schedule/index.ts'

/** What a query may do to its database. Reads are run READ ONLY and rolled back, writes are committed once. */
export type Effect = 'read' | 'write'

/** A place where a parameter stands in a query's SQL, as UTF-16 offsets into it: `sql.slice(start, end) === ':name'`. */
export interface ParameterSlot {
  readonly start: number
  readonly end: number
  readonly name: string
}

/** A parameter that a batch or a query declares. */
export interface ParameterDeclaration {
  readonly name: string
  /** The PostgreSQL type as a cast takes it: `date`, `numeric(12,2)`, `text[]`. */
  readonly type: string
  /** The value when none is given, as PostgreSQL reads it from text; `null` is SQL's NULL; absent: a value must be given. */
  readonly default?: string | null
  /** The default is the value and no other can be given: it is that of a matrix. */
  readonly isFixed?: true
  /** Where it is declared, if that is not in the file's SQL. */
  readonly place?: Place
}

/** One SQL statement of a batch, as its file has it. */
export interface Query {
  /** Unique within the batch; an identifier. */
  readonly name: string
  /** 0, 1, 2 … in file order. */
  readonly position: number
  /** The statement's text, without the semicolon that ends it. */
  readonly sql: string
  /** Where its text begins in the file: line and column from 1. */
  readonly line: number
  readonly column: number
  readonly parameters: readonly ParameterDeclaration[]
  readonly slots: readonly ParameterSlot[]
  readonly effect: Effect
  /** Longest time that it may run, in ms; null: the database's own limit. */
  readonly timeoutMs: number | null
  /** How often it may be tried again after a failure that deserves it; null: the default of the installation. */
  readonly retries: number | null
  /** How many rows its result may have; null: any number. */
  readonly maxRows: number | null
  /** How many bytes of CSV its result may have, the header line included; null: as many as the configuration allows. */
  readonly maxBytes: number | null
  /** A guess of its duration in ms for the first run; null: none. */
  readonly expectMs: number | null
  readonly tags: readonly string[]
  /** The names of the queries of its batch that must have succeeded before it starts; empty: none. */
  readonly needs: readonly string[]
  /** It may take the result that a run before had for the same, if that began at most so long ago, in ms; null: none. */
  readonly cacheMs: number | null
}

/** What becomes of the rest of a run when one of its queries has failed for good. */
export type OnFailure = 'continue' | 'stop'

/** What the queries of a run see: each the data as they are when it begins, or all of them the same snapshot. */
export type SnapshotMode = 'own' | 'shared'

/** Whether reads of a run that are the same each run by themselves, or once for all of them. */
export type IdenticalMode = 'each' | 'once'

/** A named set of queries. */
export interface Batch {
  readonly name: string
  /** The path it was read from, as the person gave it. */
  readonly file: string
  /** The named database it is meant for; null: said on the command line. */
  readonly database: string | null
  /** The BullMQ queue that its results are published to; null: none. */
  readonly publish: string | null
  /** Null: said on the command line, else `continue`. */
  readonly onFailure: OnFailure | null
  /** Null: said on the command line, else `own`. */
  readonly snapshot: SnapshotMode | null
  /** Null: not said, which is `each`. */
  readonly identical: IdenticalMode | null
  /** How many of its queries may run at once, also where there are more slots; null: as many as there are. */
  readonly maxParallel: number | null
  /** When it runs by itself; null: never. */
  readonly schedule: ScheduleDefinition | null
  /** Who is told of what becomes of its runs. */
  readonly notify: readonly NotifyDefinition[]
  /** How long its runs are kept after their end, in ms; null: as the configuration says. */
  readonly keepMs: number | null
  readonly queries: readonly Query[]
}

/** The value of one parameter, as PostgreSQL reads it from text; null is SQL's NULL. */
export interface Argument {
  readonly name: string
  readonly type: string
  readonly value: string | null
}

/** A query that can be executed: every parameter has a value. */
export interface BoundQuery extends Query {
  readonly arguments: readonly Argument[]
}
