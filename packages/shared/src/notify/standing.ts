import type { NotifyEvent } from './definition.ts'

/** How a run ended, as far as somebody may be told. A cancelled run is told to nobody. */
export type Outcome = 'success' | 'partial' | 'failure'

/** What one hook of a batch has seen so far, so that nothing is told to it twice until it is armed again. */
export interface Standing {
  /** How the last run ended; null: none has. */
  readonly outcome: Outcome | null
  /** The worst that it was told since the last success; null: nothing. */
  readonly told: 'partial' | 'failure' | null
}

const severity = { success: 0, partial: 1, failure: 2 } as const

/**
 * What a hook is told when a run has ended, and its standing after that. Every success is told. A failure is told if nothing
 * as bad was told since the last success. The first success after anything else is a recovery, and only that where both
 * are wanted.
 */
export function judgeEnd(
  on: readonly NotifyEvent[],
  standing: Standing,
  outcome: Outcome,
): { readonly event: NotifyEvent | null; readonly standing: Standing } {
  if (outcome === 'success') {
    const isRecovery = standing.outcome !== null && standing.outcome !== 'success'
    const event = isRecovery && on.includes('recovery') ? 'recovery' : on.includes('success') ? 'success' : null
    return { event, standing: { outcome, told: null } }
  }
  const isTold = on.includes(outcome) && severity[outcome] > severity[standing.told ?? 'success']
  return { event: isTold ? outcome : null, standing: { outcome, told: isTold ? outcome : standing.told } }
}
