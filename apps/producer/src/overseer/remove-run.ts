import { deleteJobs, deleteQueries, deleteRun, type RemovingRun, readLastAttempts } from '@querypool/shared/journal'
import { removeAttempts, removePrivateQueues, removeRunJobs } from '@querypool/shared/queue'
import { removeRunFolder } from '@querypool/shared/result'
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
  yield* removeRunFolder(store, run)
  if (removing.private) await removePrivateQueues(connection, run)
  const queue = removing.private ? null : (charges.of(database)?.queue ?? null)
  for (;;) {
    const last = await readLastAttempts(journal, run, jobChunk)
    if (last.length === 0) break
    if (queue) await removeAttempts(queue, last)
    await deleteJobs(journal, run, last.at(-1)?.job ?? 0)
    yield
  }
  if (queue) await removeRunJobs(queue, removing, removing.lastDispatch)
  while ((await deleteQueries(journal, run, queryChunk)) > 0) yield
  await deleteRun(journal, run)
}
