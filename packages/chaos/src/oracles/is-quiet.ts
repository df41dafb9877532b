import type { FaultName } from '../faults/fault.ts'
import type { RoundOutcome } from './round-outcome.ts'

/** What neither loses anything of Redis nor disturbs an overseer. */
const harmless: ReadonlySet<FaultName> = new Set([
  'fill-redis',
  'kill-worker',
  'kill-workers',
  'kill-committing',
  'cut-committing',
  'kill-command',
  'freeze-worker',
  'freeze-workers',
  'stop-worker',
])

/** Whether in a round Redis has lost nothing, and no overseer was disturbed; Redis may have refused what it was given. */
export function isQuiet({ faults }: RoundOutcome): boolean {
  return [...faults].every((fault) => harmless.has(fault))
}
