import type { OutcomeCounts, RunState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { type SnapshotView, snapshotColumn } from './snapshot-view.ts'

/** A pass over the queries of a run that is over, and was followed by another one. It never changes. */
export interface Generation {
  readonly generation: number
  readonly state: RunState
  readonly slots: number
  /** When it was asked for, and by whom; of the first one: when the run was submitted, and null. */
  readonly requestedAt: Date
  readonly requestedBy: string | null
  readonly startedAt: Date | null
  readonly finishedAt: Date
  readonly cancelRequestedAt: Date | null
  readonly cancelRequestedBy: string | null
  readonly counts: OutcomeCounts
  readonly snapshot: SnapshotView | null
  readonly superseded: boolean
}

/** The generations of a run before its latest one, the first one first. */
export async function readGenerations(journal: Journal, { run }: { readonly run: string }): Promise<Generation[]> {
  const { rows } = await journal.pool.query<Generation>(
    `SELECT generation, state, slots, requested_at AS "requestedAt", requested_by AS "requestedBy",
       started_at AS "startedAt", finished_at AS "finishedAt", cancel_requested_at AS "cancelRequestedAt",
       cancel_requested_by AS "cancelRequestedBy",
       jsonb_build_object('succeeded', succeeded, 'failed', failed, 'cancelled', cancelled, 'skipped', skipped) AS counts,
       superseded, ${snapshotColumn('g.run', 'g.generation')} AS snapshot
     FROM querypool.generation g WHERE run = $1 ORDER BY generation`,
    [run],
  )
  return rows
}
