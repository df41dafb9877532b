import { setTimeout as wait } from 'node:timers/promises'
import { checkRedis, connectQueues, type LiveLimit, readLimit } from '@querypool/shared/queue'

const withinMs = 10_000
const lookMs = 50

/**
 * Waits until an overseer has carried a changed limit to where workers read it, for 10 s at most.
 * @returns whether it has; false as well where Redis does not answer
 */
export async function isLimitCarried(
  redisUrl: string,
  installation: string,
  database: string,
  wanted: Partial<LiveLimit>,
): Promise<boolean> {
  try {
    await checkRedis(redisUrl)
  } catch {
    return false
  }
  const connection = connectQueues(redisUrl, installation)
  try {
    const deadline = Date.now() + withinMs
    do {
      const live = await readLimit(connection.redis, connection.prefix, database)
      if (live !== null && agrees(live, wanted)) return true
      await wait(lookMs)
    } while (Date.now() < deadline)
    return false
  } finally {
    await connection.close()
  }
}

function agrees(live: LiveLimit, { paused = live.paused, maxConcurrency = live.maxConcurrency }: Partial<LiveLimit>) {
  return live.paused === paused && live.maxConcurrency === maxConcurrency
}
