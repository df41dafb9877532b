import type { RunQueue } from './run-queue.ts'

/** Where a job that is not over is in its queue. */
export type JobPlace = 'waiting-children' | 'delayed' | 'prioritized' | 'wait' | 'paused' | 'active'

// In the order in which a job goes through them, so that one which moves meanwhile is met twice rather than missed.
const places: readonly JobPlace[] = ['waiting-children', 'delayed', 'prioritized', 'wait', 'paused', 'active']
const lists: readonly JobPlace[] = ['wait', 'paused', 'active']
// One page holds Redis up for a few ms.
const page = 5000

/** The jobs of a queue that are not over, by id. What is kept of finished jobs is not among them. */
export async function listJobs(
  { redis, prefix }: Pick<RunQueue, 'redis' | 'prefix'>,
  queueName: string,
): Promise<Map<string, JobPlace>> {
  const found = new Map<string, JobPlace>()
  for (const place of places) {
    const key = `${prefix}:${queueName}:${place}`
    const read = (from: number): Promise<string[]> =>
      lists.includes(place)
        ? redis.lrange(key, from, from + page - 1)
        : redis.zrange(key, String(from), String(from + page - 1))
    for (let from = 0; ; from += page) {
      const ids = await read(from)
      for (const id of ids) found.set(id, place)
      if (ids.length < page) break
    }
  }
  return found
}
