import type { AttemptId } from '../result/index.ts'
import type { RunId } from './add-run.ts'
import { attemptJobId, collectJobId } from './names.ts'
import type { RunQueue } from './run-queue.ts'

const workerHintSeconds = 24 * 3600
const chunk = 250

/** Tells workers that nothing more of a generation of a run is to be begun. A hint: the journal has the truth. */
export async function hintCancelled(redis: RunQueue['redis'], prefix: string, id: RunId): Promise<void> {
  await redis.set(hintKey(prefix, id), '1', 'EX', workerHintSeconds)
}

/** Whether it is known that nothing more of a generation of a run is to be begun. */
export async function isHintedCancelled(redis: RunQueue['redis'], prefix: string, id: RunId): Promise<boolean> {
  return (await redis.exists(hintKey(prefix, id))) === 1
}

/**
 * Removes the attempts that wait in Redis, for their turn or for the time of their next try, with their collect-results. What a worker has taken is left alone, also when that worker has lost it since.
 * @returns those that were removed: nobody will ever begin with them
 */
export async function removeWaiting(queue: RunQueue, attempts: readonly AttemptId[]): Promise<AttemptId[]> {
  const removed: AttemptId[] = []
  for (let from = 0; from < attempts.length; from += chunk) {
    const waiting = await whichWait(queue, attempts.slice(from, from + chunk))
    // One that a worker takes at this moment has a lock, so that neither is removed.
    const done = await Promise.all(waiting.map((id) => queue.results.remove(collectJobId(id))))
    removed.push(...waiting.filter((_, index) => done[index] === 1))
  }
  return removed
}

async function whichWait(queue: RunQueue, attempts: readonly AttemptId[]): Promise<AttemptId[]> {
  const base = `${queue.prefix}:${queue.names.queries}`
  const pipeline = queue.redis.pipeline()
  for (const id of attempts)
    for (const state of ['prioritized', 'delayed']) pipeline.zscore(`${base}:${state}`, attemptJobId(id))
  const replies = (await pipeline.exec()) ?? []
  const isThere = replies.map(([error, score]) => {
    if (error) throw error
    return score !== null
  })
  return attempts.filter((_, index) => isThere[2 * index] || isThere[2 * index + 1])
}

function hintKey(prefix: string, { run, generation }: RunId): string {
  return `${prefix}:cancelled:${run}:${generation}`
}
