import { UnrecoverableError } from 'bullmq'
import type { RunQueue } from './run-queue.ts'

// With this token BullMQ takes a job that nobody has locked any more out of its hands.
const nobodysToken = '0'

/**
 * Ends as failed the run-queries jobs whose worker has let its lock expire: it is dead, stands still, or is cut off from
 * Redis. What becomes of their attempts is for the overseer that collects them to find out. A lock that has expired does
 * not come back, so one look is enough. Needs no worker to be there, unlike BullMQ's own check, by which such a job fails
 * only when a worker with a free slot takes it.
 *
 * @returns the ids of the jobs that were ended
 */
export async function failLost({ queries, redis, prefix }: RunQueue): Promise<string[]> {
  const base = `${prefix}:${queries.name}`
  const active = await redis.lrange(`${base}:active`, 0, -1)
  if (active.length === 0) return []
  const pipeline = redis.pipeline()
  for (const id of active) pipeline.exists(`${base}:${id}:lock`)
  const replies = (await pipeline.exec()) ?? []
  const lost = active.filter((_, index) => {
    const [error, reply] = replies[index] ?? [null, 1]
    if (error) throw error
    return reply === 0
  })
  const failed: string[] = []
  for (const id of lost) {
    const job = await queries.getJob(id)
    if (job === undefined) {
      await redis.lrem(`${base}:active`, 0, id)
      continue
    }
    try {
      await job.moveToFailed(new UnrecoverableError('the worker has let its lock expire'), nobodysToken)
      failed.push(id)
    } catch (error) {
      // Another overseer was faster, or its worker has ended it just now.
      if (await job.isActive()) throw error
    }
  }
  return failed
}
