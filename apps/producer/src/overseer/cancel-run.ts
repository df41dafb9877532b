import { cancelBackends, terminateBackends } from '@querypool/shared/database'
import { readOpenJobs, type UnfinishedRun } from '@querypool/shared/journal'
import { hintCancelled, removeWaiting } from '@querypool/shared/queue'
import type { Charge } from './charge.ts'
import { findRunBackends } from './find-run-backends.ts'

/** How long a backend may ignore being cancelled before it is ended, in ms. */
const patienceMs = 5000

/**
 * One sweep of cancelling a generation of a run whose cancel was requested: waiting attempts are removed, what runs is cancelled in the
 * database. Repeated until the run is over, for an attempt may have been on its way.
 *
 * @param requestedAt since when it is being cancelled
 * @returns how many backends of the run were still there
 */
export async function cancelRun(
  charge: Charge,
  { run, generation }: Pick<UnfinishedRun, 'run' | 'generation'>,
  requestedAt: Date,
): Promise<number> {
  await hintCancelled(charge.queue, { run, generation })
  await removeWaiting(charge.queue, await readOpenJobs(charge.journal, run))
  const backends = await findRunBackends(charge, run)
  const isPatient = Date.now() - requestedAt.getTime() < patienceMs
  await (isPatient ? cancelBackends : terminateBackends)(charge.target, backends)
  return backends.length
}
