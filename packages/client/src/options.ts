import type { IdenticalMode, QueryDefinition, SnapshotMode } from '@querypool/shared/batch'

/** Where a pool finds what it needs. */
export interface QueryPoolOptions {
  /** The URL of the journal's database, as `postgres://user@host:port/database`; QUERYPOOL_JOURNAL_URL if not said. */
  readonly journalUrl?: string
  /** The folder of the result store, or its `s3://bucket/prefix`, for reading rows; QUERYPOOL_RESULTS if not said. */
  readonly resultsFolder?: string
  /**
   * Told what happens to the runs that are being waited for: what is tried again, what was repaired, and why nothing goes
   * on. If not said, a run that waits because no overseer is running is told with process.emitWarning, and no more.
   */
  readonly onEvent?: (event: PoolEvent) => void
}

/** Something that happened to a run that is being waited for. */
export interface PoolEvent {
  readonly runId: string
  readonly at: Date
  /** As in docs/errors.md: `QP_RETRIED`, `QP_WORKER_LOST`, … */
  readonly code: string
  readonly message: string
}

/** How queries are submitted. */
export interface SubmitOptions {
  /** The database by its name in the configuration of the installation. */
  readonly database: string
  /** What the run is called; an identifier. Durations are learned by this name. `queries` if not said. */
  readonly batch?: string
  /** `shared`: all queries see one snapshot of the data, and their results come when all of them are done. `own` if not said. */
  readonly snapshot?: SnapshotMode
  /** `once`: reads that are the same run once, and share the result. Each runs by itself if not said. */
  readonly identical?: IdenticalMode
  /**
   * Reads that do not say it themselves may take the result that a run before had for the same, if that began at most so long
   * ago, in ms.
   */
  readonly cacheMs?: number
  /** How many of its queries may run at once, 1 to 1000; as many as its database and the workers allow if not said. */
  readonly maxParallel?: number
  /** The same key gives the same run: submitting again after a crash starts nothing twice. */
  readonly key?: string
}

/** How something is waited for. */
export interface WaitOptions {
  /** Ends the waiting with the signal's reason; the run goes on. */
  readonly signal?: AbortSignal
}

/** What is submitted: queries, or only their SQL. */
export type Queries =
  | readonly (string | QueryDefinition)[]
  | Iterable<string | QueryDefinition>
  | AsyncIterable<string | QueryDefinition>
