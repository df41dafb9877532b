import { setTimeout as wait } from 'node:timers/promises'
import { connectRedis } from '@querypool/shared/queue'
import { type Pings, pingRedis } from './ping-redis.ts'

/** What Redis had to bear. */
export interface RedisLoad extends Pings {
  /** Its memory at the most, in MB. */
  readonly redisMb: number
  readonly slowestCommandMs: number
  readonly slowestCommand: string
}

const memoryEveryMs = 250
const slowMicroseconds = 2000

/** Watches a Redis: its memory, how long a PING takes every few ms, and its own log of slow commands. */
export async function watchRedis(redisUrl: string): Promise<{ read(): Promise<RedisLoad>; stop(): void }> {
  const redis = connectRedis(redisUrl)
  await redis.config('SET', 'slowlog-log-slower-than', slowMicroseconds)
  await redis.config('SET', 'slowlog-max-len', 1024)
  await redis.slowlog('RESET')
  const pings = pingRedis(redisUrl)
  let redisBytes = 0
  let isStopped = false
  const look = async (): Promise<void> => {
    while (!isStopped) {
      const [, bytes] = /used_memory:(\d+)/.exec(await redis.info('memory')) ?? []
      redisBytes = Math.max(redisBytes, Number(bytes))
      await wait(memoryEveryMs)
    }
  }
  const watching = look().catch(() => {})
  return {
    read: async () => {
      const slow = (await redis.slowlog('GET', 1024)) as [number, number, number, string[]][]
      const [, , microseconds = 0, words = []] = slow.toSorted((one, other) => other[2] - one[2])[0] ?? []
      return {
        redisMb: Math.round(redisBytes / 1024 / 1024),
        ...pings.read(),
        slowestCommandMs: microseconds / 1000,
        slowestCommand: words.slice(0, 1).join(' '),
      }
    },
    stop: () => {
      isStopped = true
      pings.stop()
      void watching.then(() => redis.disconnect())
    },
  }
}
