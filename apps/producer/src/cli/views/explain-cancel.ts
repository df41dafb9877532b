import type { ErrorCode } from '@querypool/shared/errors'
import { countOverseers, isAbandoned, type Journal, type RunView, readEvents } from '@querypool/shared/journal'

/** What the confirmation of a cancel waits for: a sentence without its end. */
export interface CancelWait {
  /** Null: nobody has said anything. */
  readonly code: ErrorCode | null
  readonly message: string
}

const mostEvents = 50
// Overseers say the same again after ten minutes.
const freshMs = 11 * 60_000
const telling: readonly ErrorCode[] = [
  'QP_CANCEL_WAITS',
  'QP_DATABASE_UNREACHABLE_FROM_OVERSEER',
  'QP_DATABASE_NOT_CONFIGURED',
  'QP_LEDGER_REFUSED',
]

/** Finds out why a run that was cancelled has not ended yet. */
export async function explainCancel(journal: Journal, run: RunView): Promise<CancelWait> {
  if (await isAbandoned(journal, run))
    return { code: 'QP_RUN_ABANDONED', message: 'the processes that worked for the run are gone' }
  if (!run.private && (await countOverseers(journal)) === 0)
    return { code: 'QP_WAITS_FOR_OVERSEER', message: 'no overseer is running that could look into the database' }
  for (const { at, code, message } of (await readEvents(journal, run.run, mostEvents)).toReversed()) {
    const known = telling.find((one) => one === code)
    if (known && Date.now() - at.getTime() < freshMs) return { code: known, message: message.replace(/\.$/, '') }
  }
  return { code: null, message: 'no overseer has confirmed it' }
}
