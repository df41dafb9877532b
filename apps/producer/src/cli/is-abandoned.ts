import { hasOverseer, type Journal, type RunView } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'

/** Whether a private run is not over, and its overseer is gone: nobody works for it any more. */
export async function isAbandoned(journal: Journal, run: RunView): Promise<boolean> {
  return run.private && !isTerminal(run.state) && !(await hasOverseer(journal, run.run))
}
