/** The states of a run. The last four are terminal: a run that has one keeps it. */
export type RunState = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled'

/** The states of a query in one generation of its run. The last four are terminal. */
export type QueryState = 'queued' | 'running' | TerminalQueryState

/** What a query can come to. */
export type TerminalQueryState = 'succeeded' | 'failed' | 'cancelled' | 'skipped'

/** How many queries of a run came to what. */
export type OutcomeCounts = Readonly<Record<TerminalQueryState, number>>

/** Whether a run in this state is over for good. */
export function isTerminal(state: RunState): boolean {
  return state !== 'queued' && state !== 'running'
}

/**
 * The state in which a run ends, from what its queries came to.
 * A cancelled run whose queries all succeeded before the cancel reached them has succeeded.
 */
export function terminalRunState(counts: OutcomeCounts, cancelRequested: boolean): RunState {
  const total = counts.succeeded + counts.failed + counts.cancelled + counts.skipped
  if (counts.succeeded === total) return 'succeeded'
  if (cancelRequested && counts.cancelled > 0) return 'cancelled'
  return counts.succeeded > 0 ? 'partial' : 'failed'
}
