import { readOpenJobs, recordEvent } from '@querypool/shared/journal'
import {
  addAttempts,
  attemptJobId,
  collectJobId,
  type RunQueue,
  readPresence,
  removeSpent,
} from '@querypool/shared/queue'
import type { AttemptId } from '@querypool/shared/result'
import type { Charge } from './charge.ts'
import type { JobsInRedis } from './jobs-in-redis.ts'

/** An open attempt that is not in Redis as it should be. */
export interface MissingAttempt {
  readonly charge: Charge
  readonly attempt: AttemptId
}

/** Whether an attempt is not in Redis, or is there so that it would never be collected. */
export function isMissing({ names }: RunQueue, inRedis: JobsInRedis, attempt: AttemptId): boolean {
  const place = inRedis.get(names.results)?.get(collectJobId(attempt))
  if (place !== 'waiting-children') return place === undefined
  return !inRedis.get(names.queries)?.has(attemptJobId(attempt))
}

/** Adds attempts that a closer look does not find either, and records it with their runs. */
export async function addMissing(missing: readonly MissingAttempt[]): Promise<void> {
  const byRun = new Map<string, { charge: Charge; attempts: AttemptId[] }>()
  for (const { charge, attempt } of missing) {
    const ofRun = byRun.get(attempt.run) ?? { charge, attempts: [] }
    ofRun.attempts.push(attempt)
    byRun.set(attempt.run, ofRun)
  }
  for (const [run, { charge, attempts }] of byRun) await addMissingOfRun(charge, run, attempts)
}

async function addMissingOfRun(charge: Charge, run: string, attempts: readonly AttemptId[]): Promise<void> {
  const { queue, store, journal } = charge
  const presence = await readPresence(queue, attempts)
  const lost = attempts.filter((_, index) => presence[index] !== 'there')
  if (lost.length === 0) return
  await removeSpent(
    queue,
    attempts.filter((_, index) => presence[index] === 'spent' || presence[index] === 'half'),
  )
  const numbers = lost.map(({ job }) => job)
  const added = await addAttempts(queue, store, await readOpenJobs(journal, run, numbers))
  if (added === 0) return
  await recordEvent(journal, run, 'QP_RUN_DISPATCHED_AGAIN', `${added} jobs had gone from Redis and were made again.`)
}
