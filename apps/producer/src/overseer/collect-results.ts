import { type JobState, readJob, readOpenJobs, type Settled, settleAttempt } from '@querypool/shared/journal'
import { addAttempts, type CollectResultsData, readAttemptEnd } from '@querypool/shared/queue'
import {
  type AttemptId,
  closeAttempt,
  isClosed,
  type Manifest,
  readManifest,
  removeParts,
} from '@querypool/shared/result'
import type { Charge } from './charge.ts'
import { topUp } from './dispatch-run.ts'
import { findRunBackends } from './find-run-backends.ts'
import { judgeAttempt, saidAll } from './judge-attempt.ts'
import { isWriteInDoubt, settleWrite } from './settle-write.ts'

/** `later`: the attempt's backend is still there, or its run is ending and it is settled elsewhere; ask again in a second. */
export type Collected = 'done' | 'later'

/**
 * Settles an attempt that has ended: records what it came to, or has the next attempt made, then refills the window. The
 * attempt's manifest in the store is what counts, not what Redis says; one that is missing means that the attempt came to
 * nothing, and then its backend must be gone before anything else happens. Can be repeated at any point.
 */
export async function collectResults(charge: Charge, data: CollectResultsData): Promise<Collected> {
  const job = await readJob(charge.journal, data)
  // Nothing of an earlier generation is waited for any more, and all of it has been settled.
  if (job?.isPast) return 'done'
  const settled = job?.isCurrent ? await settle(charge, data, job) : 'stale'
  if (settled === 'later') return 'later'
  if (settled === 'last') return 'done'
  if (settled !== 'settled') {
    const next = await readOpenJobs(charge.journal, data.run, [data.job])
    await addAttempts(charge.queue, charge.store, next)
  }
  await topUp(charge, data.run, data.generation)
  return 'done'
}

async function settle(charge: Charge, data: CollectResultsData, job: JobState): Promise<Settled | 'later'> {
  const left = await whatIsLeft(charge, data, job)
  if (left === 'later') return 'later'
  const settled = isWriteInDoubt(job, left)
    ? await settleWrite(charge, data, job)
    : await settleBy(charge, data, job, left)
  await removeParts(charge.store, data)
  return settled
}

async function settleBy(charge: Charge, data: CollectResultsData, job: JobState, left: Manifest): Promise<Settled> {
  const manifest = isClosed(left) ? null : left
  const end = manifest === null ? await readAttemptEnd(charge.queue, data) : saidAll
  return settleAttempt(charge.journal, judgeAttempt(data, job, manifest, end, new Date()))
}

/**
 * What an attempt left. One that left nothing is closed, so that its worker, which may only stand still, can neither begin
 * nor publish it any more; one that began just before that has its backend still. Of a write that is in doubt it is not
 * known before its backend is gone that it was not committed.
 */
async function whatIsLeft(charge: Charge, id: AttemptId, job: JobState): Promise<Manifest | 'later'> {
  const manifest = await readManifest(charge.store, id)
  // What left nothing in a run that is ending, that settles: see `settle-silent.ts`.
  if (manifest === null && (job.ending !== null || (await hasBackend(charge, id)))) return 'later'
  const left = manifest ?? (await closeAttempt(charge.store, id))
  const mayGoOn = isClosed(left) || isWriteInDoubt(job, left)
  return mayGoOn && (await hasBackend(charge, id)) ? 'later' : left
}

async function hasBackend(charge: Charge, { run, job }: AttemptId): Promise<boolean> {
  return (await findRunBackends(charge, run)).some((backend) => backend.job === job)
}
