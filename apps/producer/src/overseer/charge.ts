import type { Journal } from '@querypool/shared/journal'
import type { RunQueue } from '@querypool/shared/queue'
import type { ResultStore } from '@querypool/shared/result'
import type { Pool } from 'pg'

/** What an overseer has in its charge, and works with. */
export interface Charge {
  readonly journal: Journal
  readonly queue: RunQueue
  readonly store: ResultStore
  /** The target database, for fences, cancels and dead workers' backends. */
  readonly target: Pool
  /** The one private run that it serves; null: all runs that aren't private. */
  readonly privateRun: string | null
}
