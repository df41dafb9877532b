import type { QueryError } from './settle-attempt.ts'

/** Why what is left of a run is not to be done. */
export type Ending =
  /** `by`: who has asked for the cancel, or the query whose failure stops the run. */
  | { readonly why: 'cancelled' | 'stopped'; readonly by: string }
  /** The run cannot go on: all that is left of it fails with this. */
  | { readonly why: 'failed'; readonly error: QueryError }

/** What a query comes to that a run's ending has kept from its end. */
export interface EndedQuery {
  readonly state: 'cancelled' | 'skipped' | 'failed'
  readonly error: QueryError
}

/** The ending as the columns of a run say; null: it goes on. What came first counts. */
export function endingOf(row: {
  stoppedBy: string | null
  stoppedError: QueryError | null
  cancelRequestedBy: string | null
}): Ending | null {
  if (row.stoppedError !== null) return { why: 'failed', error: row.stoppedError }
  if (row.stoppedBy !== null) return { why: 'stopped', by: row.stoppedBy }
  return row.cancelRequestedBy === null ? null : { why: 'cancelled', by: row.cancelRequestedBy }
}

/** What becomes of a query by the ending of its run. @param hasBegun whether an attempt at it has ever run */
export function endedBy(ending: Ending, hasBegun: boolean): EndedQuery {
  if (ending.why === 'failed') return { state: 'failed', error: ending.error }
  const { why, by } = ending
  if (why === 'cancelled') {
    const message = `cancelled by ${by}${hasBegun ? '' : ' before it started'}`
    return { state: 'cancelled', error: { code: 'QP_CANCELLED', message } }
  }
  const state = hasBegun ? 'cancelled' : 'skipped'
  return { state, error: { code: 'QP_STOPPED', message: `${state} because ${by} failed` } }
}
