import { endHolders, terminateBackends } from '@querypool/shared/database'
import { markReleased, readLastJob, type UnreleasedSnapshot } from '@querypool/shared/journal'
import { forgetSnapshotHint, hintCancelled } from '@querypool/shared/queue'
import { removePartsOfGeneration } from '@querypool/shared/result'
import type { Charge } from './charge.ts'
import { findRunBackends, findRunHolders } from './find-run-backends.ts'
import type { SnapshotMemory } from './keep-snapshot.ts'

/**
 * Ends what is left of a snapshot whose generation is over: its holders end by themselves, but one may stand still; and
 * queries of a generation that was superseded may still see it. When nothing is left, not even rows that killed workers
 * had not finished to put, that is noted. Can be repeated at any
 * point.
 */
export async function releaseSnapshot(
  charge: Charge,
  { run, generation }: UnreleasedSnapshot,
  memory: SnapshotMemory,
): Promise<void> {
  const { journal, queue, store, target } = charge
  if (queue.redis.status === 'ready') {
    await hintCancelled(queue.redis, queue.prefix, { run, generation })
    await forgetSnapshotHint(queue.redis, queue.prefix, { run, generation })
  }
  const holders = await findRunHolders(charge, run, generation)
  await endHolders(target, queue.installation, run, holders)
  const lastJob = await readLastJob(journal, run, generation)
  const backends = (await findRunBackends(charge, run)).filter(({ job }) => job <= lastJob)
  await terminateBackends(target, queue.installation, run, backends)
  if (holders.length > 0 || backends.length > 0) return
  // One that stands still would stay as a process; to one that has ended this does nothing.
  for (const child of memory.started) child.kill('SIGKILL')
  await removePartsOfGeneration(store, { run, generation })
  await markReleased(journal, run, generation)
}
