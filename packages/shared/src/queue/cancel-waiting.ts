import type { OpenJob } from '../journal/index.ts'
import type { RunId } from './add-run.ts'
import { attemptJobId } from './names.ts'
import type { RunQueue } from './run-queue.ts'

const workerHintSeconds = 24 * 3600

/**
 * Tells workers that a generation of a run is cancelled, so that none begins with a query of it. A hint: the journal has
 * the truth.
 */
export async function hintCancelled(queue: RunQueue, id: RunId): Promise<void> {
  await queue.redis.set(hintKey(queue.prefix, id), '1', 'EX', workerHintSeconds)
}

/** Whether a generation of a run is known to be cancelled. */
export async function isHintedCancelled(redis: RunQueue['redis'], prefix: string, id: RunId): Promise<boolean> {
  return (await redis.exists(hintKey(prefix, id))) === 1
}

/** Removes the attempts that wait in Redis, which releases their collect-results; those that run are left alone. */
export async function removeWaiting(queue: RunQueue, jobs: readonly OpenJob[]): Promise<void> {
  for (const job of jobs) await queue.queries.remove(attemptJobId(job)).catch(() => {})
}

function hintKey(prefix: string, { run, generation }: RunId): string {
  return `${prefix}:cancelled:${run}:${generation}`
}
