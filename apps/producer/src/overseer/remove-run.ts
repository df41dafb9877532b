import { deleteJobs, deleteQueries, deleteRun, type RemovingRun, readLastAttempts } from '@querypool/shared/journal'
import { removeAttempts, removePrivateQueues, removeRunJobs } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'

const jobChunk = 500
const queryChunk = 2000

/**
 * Removes a run that is marked for it, in small steps: its results, its jobs in Redis, its rows in the journal, the row
 * that has the mark last. So whatever is left when it is given up, or the overseer dies, is found by that mark and removed
 * next time.
 */
export async function* removeRun(charges: Charges, removing: RemovingRun): AsyncGenerator<void> {
  const { journal, store, connection } = charges
  const { run, database } = removing
  yield* store.removeFolder(run)
  if (removing.private) await removePrivateQueues(connection, run)
  const queue = removing.private ? null : (charges.of(database)?.queue ?? null)
  // By ranges of numbers, so that no step reads again over what an earlier one has deleted.
  for (let after = 0; after < removing.lastJob; after += jobChunk) {
    const last = await readLastAttempts(journal, run, after, after + jobChunk)
    if (queue) await removeAttempts(queue, last)
    await deleteJobs(journal, run, after, after + jobChunk)
    yield
  }
  if (queue) await removeRunJobs(queue, removing, removing.lastDispatch)
  for (let after = -1; after < removing.lastPosition; after += queryChunk) {
    await deleteQueries(journal, run, after, after + queryChunk)
    yield
  }
  await deleteRun(journal, run)
}
