import type { ResolvedDatabase, Timing } from '@querypool/shared/config'
import type { Journal } from '@querypool/shared/journal'
import type { QueueConnection, RunQueue } from '@querypool/shared/queue'
import type { ResultStore } from '@querypool/shared/result'
import type { Pool } from 'pg'
import type { Retention } from './retain-runs.ts'
import type { SharedTurns } from './shared-turns.ts'

/** The runs of one database, and what an overseer works with for them. */
export interface Charge {
  readonly journal: Journal
  readonly queue: RunQueue
  readonly store: ResultStore
  /** The target database, for fences, cancels and dead workers' backends. */
  readonly target: Pool
  /** The same database with its secrets and its role. */
  readonly resolved: ResolvedDatabase
  /** Its name in the configuration, and how many queries may run there unless the journal says otherwise; null: a private run's own. */
  readonly database: { readonly name: string; readonly maxConcurrency: number | null } | null
  readonly capacity: Capacity
  /** In which new jobs are made of the queries of a run. */
  readonly claims: SharedTurns<number>
}

/** What the workers of a database can do, as `lookAtWorkers` found it last. */
export interface Capacity {
  /** How many queries they run at once; null: it is not known, or none is there. */
  atOnce: number | null
}

/** What sending notifications needs. */
export interface Notifying {
  /** Where references of the form `env:NAME` lead. */
  readonly environment: NodeJS.ProcessEnv
  /** Hosts, addresses and networks that may be told although they are not public. */
  readonly allowPrivate: readonly string[]
}

/** All that one overseer looks after. */
export interface Charges {
  readonly journal: Journal
  readonly store: ResultStore
  readonly connection: QueueConnection
  /** The queues of `finish-run` and `dispatch-run`, and of `collect-results`. */
  readonly runsQueue: string
  readonly resultsQueue: string
  /** The one private run that it serves; null: all runs that aren't private. */
  readonly privateRun: string | null
  readonly all: readonly Charge[]
  /** What is kept of runs that have ended; null: this overseer removes none. */
  readonly retention: Retention | null
  readonly notifying: Notifying
  /** As that of the workers of these runs. */
  readonly timing: Timing
  /** The charge of a run's database by its name; null when this overseer doesn't know that database. */
  of(database: string | null): Charge | null
}
