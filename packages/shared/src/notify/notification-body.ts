import type { OutcomeCounts, RunState } from '../run/index.ts'
import type { ToldEvent } from './definition.ts'

/** What a notification tells of a run. */
export interface NotificationFacts {
  /** The same in each attempt to send it. */
  readonly id: string
  readonly event: ToldEvent
  readonly run: string
  readonly batch: string
  readonly generation: number
  /** The name of its database; null: a private run's own. */
  readonly database: string | null
  readonly state: RunState
  readonly queryCount: number
  readonly counts: OutcomeCounts
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  /** The deadline that it missed; null: this is not about one. */
  readonly deadlineAt: Date | null
  /** The first queries that failed, in file order. */
  readonly failed: readonly { readonly query: string; readonly code: string; readonly sqlState: string | null }[]
}

/** How many failed queries a notification names. */
export const mostFailedNamed = 20

/**
 * The body of a request: one document of JSON. Of errors it has codes and no messages, since those may hold values of the
 * database.
 */
export function renderNotification(facts: NotificationFacts): string {
  const { counts, queryCount, failed, id, event, run, batch, generation, database, state } = facts
  return JSON.stringify({
    version: 1,
    id,
    event,
    run,
    batch,
    generation,
    database,
    state,
    queries: { total: queryCount, ...counts },
    createdAt: facts.createdAt,
    startedAt: facts.startedAt,
    finishedAt: facts.finishedAt,
    deadlineAt: facts.deadlineAt,
    failed,
    moreFailed: Math.max(0, counts.failed - failed.length),
  })
}
