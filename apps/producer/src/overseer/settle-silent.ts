import type { Backend } from '@querypool/shared/database'
import { type EndingRun, readJob, readOpenAttempts, settleAttempt } from '@querypool/shared/journal'
import { readAttemptEnd } from '@querypool/shared/queue'
import { type AttemptId, closeAttempt, type Manifest, readManifest } from '@querypool/shared/result'
import type { Charge } from './charge.ts'
import { findEndingBackends } from './find-run-backends.ts'
import { judgeAttempt, saidAll } from './judge-attempt.ts'
import { isWriteInDoubt, settleWrite } from './settle-write.ts'

/** How long a worker that seems to live has for saying what a cancelled attempt came to, in ms. */
const lastWordMs = 1000

/**
 * Settles the open attempts of a run that is ending and that have no backend any more, without waiting for Redis to find out
 * that a worker is dead or cut off: by their manifest, else they are closed, so that a worker which was frozen can neither
 * begin nor publish them when it wakes up.
 *
 * @param backends the run's, as they were a moment ago
 * @param silent since when attempts are seen to be without a backend and a manifest; kept up to date
 */
export async function settleSilent(
  charge: Charge,
  ending: EndingRun,
  backends: readonly Backend[],
  silent: Map<string, number>,
): Promise<void> {
  const open = await readOpenAttempts(charge.journal, ending)
  const quiet = withoutBackend(open, backends)
  const left = (await Promise.all(quiet.map((id) => whatIsLeft(charge, id, silent)))).filter((one) => one !== null)
  if (left.length === 0) return
  // A worker that took a fence before its attempt was closed may not have seen that: then its backend is here now. Nor is it
  // known of a write that failed, before its backend is gone, that it was not committed.
  const ended = left.some(({ manifest }) => !hasSucceeded(manifest))
    ? new Set(withoutBackend(quiet, await findEndingBackends(charge, ending)))
    : new Set(quiet)
  await Promise.all(left.filter(({ id }) => ended.has(id)).map(({ id, manifest }) => settle(charge, id, manifest)))
}

function withoutBackend(attempts: readonly AttemptId[], backends: readonly Backend[]): AttemptId[] {
  const busy = new Set(backends.map(({ job }) => job))
  return attempts.filter(({ job }) => !busy.has(job))
}

/** The manifest of an attempt, which is closed when its worker has had its time or is known to have ended; else null. */
async function whatIsLeft(
  { store, queue }: Charge,
  id: AttemptId,
  silent: Map<string, number>,
): Promise<{ id: AttemptId; manifest: Manifest } | null> {
  const manifest = await readManifest(store, id)
  if (manifest !== null) return { id, manifest }
  const key = `${id.job}:${id.attempt}`
  const since = silent.get(key) ?? Date.now()
  silent.set(key, since)
  const hasTime = Date.now() - since < lastWordMs
  if (hasTime && (await readAttemptEnd(queue, id)).state === 'unfinished') return null
  return { id, manifest: await closeAttempt(store, id) }
}

function hasSucceeded({ outcomes }: Manifest): boolean {
  return outcomes.length > 0 && outcomes.every(({ state }) => state === 'succeeded')
}

async function settle(charge: Charge, id: AttemptId, manifest: Manifest): Promise<void> {
  const { journal } = charge
  const job = await readJob(journal, id)
  if (job?.isCurrent && isWriteInDoubt(job, manifest)) await settleWrite(charge, id, job)
  else if (job?.isCurrent) await settleAttempt(journal, judgeAttempt(id, job, manifest, saidAll, new Date()))
}
