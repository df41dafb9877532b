import { terminateBackends } from '@querypool/shared/database'
import { type JobState, readJob, readOpenJobs, type Settled, settleAttempt } from '@querypool/shared/journal'
import { addAttempts, type CollectResultsData, readAttemptEnd } from '@querypool/shared/queue'
import { closeAttempt, readManifest } from '@querypool/shared/result'
import type { Charge } from './charge.ts'
import { topUp } from './dispatch-run.ts'
import { findRunBackends } from './find-run-backends.ts'
import { judgeAttempt, saidAll } from './judge-attempt.ts'
import { isWriteInDoubt, settleWrite } from './settle-write.ts'

/** `later`: the attempt's backend is still there, or its run is ending and it is settled elsewhere; ask again in a second. */
export type Collected = 'done' | 'later'

/** How long a worker must have been silent before its backend is ended, in ms. */
const silentWorkerMs = 60_000

/**
 * Settles an attempt that has ended: records what it came to, or has the next attempt made, then refills the window. The
 * attempt's manifest in the store is what counts, not what Redis says; one that is missing means that the attempt came to
 * nothing, and then its backend must be gone before anything else happens. Can be repeated at any point.
 *
 * @param endedAt when the attempt's job ended
 */
export async function collectResults(charge: Charge, data: CollectResultsData, endedAt: Date): Promise<Collected> {
  const job = await readJob(charge.journal, data)
  // Nothing of an earlier generation is waited for any more, and all of it has been settled.
  if (job?.isPast) return 'done'
  const settled = job?.isCurrent ? await settle(charge, data, job, endedAt) : 'stale'
  if (settled === 'later') return 'later'
  if (settled !== 'settled') {
    const next = await readOpenJobs(charge.journal, data.run, [data.job])
    await addAttempts(charge.queue, charge.store, next)
  }
  await topUp(charge, data.run, data.generation)
  return 'done'
}

async function settle(
  charge: Charge,
  data: CollectResultsData,
  job: JobState,
  endedAt: Date,
): Promise<Settled | 'later'> {
  const left = await readManifest(charge.store, data)
  // What left nothing in a run that is ending, that settles: see `settle-silent.ts`.
  if (left === null && job.ending !== null) return 'later'
  const isInDoubt = isWriteInDoubt(job, left)
  if ((left === null || isInDoubt) && (await hasBackend(charge, data, endedAt))) return 'later'
  if (isInDoubt && left === null) {
    // Nobody begins it from here on. Who had begun before that is seen now.
    await closeAttempt(charge.store, data)
    if (await hasBackend(charge, data, endedAt)) return 'later'
  }
  if (isInDoubt) return settleWrite(charge, data, job)
  // It may have been put between the first look and the end of its backend.
  const manifest = left ?? (await readManifest(charge.store, data))
  const end = manifest === null ? await readAttemptEnd(charge.queue, data) : saidAll
  return settleAttempt(charge.journal, judgeAttempt(data, job, manifest, end, new Date()))
}

async function hasBackend(charge: Charge, data: CollectResultsData, endedAt: Date): Promise<boolean> {
  const backends = await findRunBackends(charge, data.run)
  const own = backends.filter((backend) => backend.job === data.job)
  if (own.length > 0 && Date.now() - endedAt.getTime() > silentWorkerMs)
    await terminateBackends(charge.target, charge.queue.installation, data.run, own)
  return own.length > 0
}
