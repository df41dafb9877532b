import type { AttemptId } from '../result/index.ts'
import { attemptJobId, collectJobId } from './names.ts'
import type { RunQueue } from './run-queue.ts'

/**
 * How an attempt that should be in Redis is there. `half`: Redis took its collect-results, but not what that waits for;
 * `spent`: it was collected before. Neither would ever be collected.
 */
export type AttemptPresence = 'there' | 'missing' | 'half' | 'spent'

/** Looks closely at how attempts are in Redis: the collect-results of each, and the run-queries for which that waits. */
export async function readPresence(queue: RunQueue, attempts: readonly AttemptId[]): Promise<AttemptPresence[]> {
  const results = `${queue.prefix}:${queue.names.results}`
  const queries = `${queue.prefix}:${queue.names.queries}`
  const pipeline = queue.redis.multi()
  for (const id of attempts) {
    pipeline.exists(`${results}:${collectJobId(id)}`)
    pipeline.zscore(`${results}:waiting-children`, collectJobId(id))
    pipeline.exists(`${queries}:${attemptJobId(id)}`)
    for (const state of ['completed', 'failed']) pipeline.zscore(`${results}:${state}`, collectJobId(id))
  }
  const replies = ((await pipeline.exec()) ?? []).map(([error, reply]) => {
    if (error) throw error
    return reply !== 0 && reply !== null
  })
  return attempts.map((_, index) => {
    const [isThere, waits, hasQueries, isCompleted, hasFailed] = replies.slice(5 * index)
    if (!isThere) return 'missing'
    if (waits && !hasQueries) return 'half'
    return isCompleted || hasFailed ? 'spent' : 'there'
  })
}

/** Removes what is left of attempts in Redis, so that they can be added again. What a worker has is left alone. */
export async function removeSpent(queue: RunQueue, attempts: readonly AttemptId[]): Promise<void> {
  for (const id of attempts) {
    await queue.results.remove(collectJobId(id), { removeChildren: false })
    await queue.queries.remove(attemptJobId(id), { removeChildren: false })
  }
}
