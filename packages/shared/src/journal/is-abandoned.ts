import { isTerminal } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { hasOverseer } from './overseer-lock.ts'
import type { RunView } from './read-run.ts'

/** Whether a private run is not over, and its overseer is gone: nobody works for it any more. */
export async function isAbandoned(journal: Journal, run: RunView): Promise<boolean> {
  return run.private && !isTerminal(run.state) && !(await hasOverseer(journal, run.run))
}
