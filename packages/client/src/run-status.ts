import type { RunView } from '@querypool/shared/journal'
import type { OutcomeCounts, RunState } from '@querypool/shared/run'

/** A run as the journal has it at one moment. Instants are null until they have come. */
export interface RunStatus {
  readonly runId: string
  readonly key: string | null
  readonly batch: string
  readonly database: string
  /**
   * `succeeded`, `partial` (some queries failed), `failed` (all did) and `cancelled` are final; before that it is `queued`
   * or `running`.
   */
  readonly state: RunState
  /** How many queries it has; grows for as long as they are being submitted. */
  readonly queryCount: number
  readonly counts: OutcomeCounts & { readonly running: number; readonly queued: number }
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

/** The status of a run from how the journal shows it. @internal */
export function statusOf(view: RunView): RunStatus {
  const { run, key, batch, database, state, queryCount, counts, createdAt, startedAt, finishedAt } = view
  return { runId: run, key, batch, database, state, queryCount, counts, createdAt, startedAt, finishedAt }
}
