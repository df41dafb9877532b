import type { Redis, RedisOptions } from 'ioredis'
import { QueryPoolError } from '../errors/index.ts'
import { EndingRedis } from './ending-redis.ts'

export type { Redis } from 'ioredis'

/**
 * A connection to Redis as BullMQ needs it: commands wait for a lost server as long as it takes, and a master that no
 * longer answers is noticed by `socketTimeout`, which must be longer than BullMQ's blocking reads (5 s).
 * @throws QP_REDIS_URL
 */
export function connectRedis(url: string, options: Omit<RedisOptions, 'replyMapping'> = {}): Redis {
  describeRedis(url)
  const defaults: Omit<RedisOptions, 'replyMapping'> = {
    maxRetriesPerRequest: null,
    keepAlive: 5000,
    socketTimeout: 30_000,
    retryStrategy: (times) => Math.min(1000, 50 * times),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  }
  const redis = new EndingRedis(url, { ...defaults, ...options })
  redis.on('error', () => {})
  return redis
}

/**
 * A Redis as it may be shown: `host:port`, without user and password.
 * @throws QP_REDIS_URL
 */
export function describeRedis(url: string): string {
  try {
    const { protocol, hostname, port } = new URL(url)
    if (protocol === 'redis:' || protocol === 'rediss:') return `${hostname || 'localhost'}:${port || '6379'}`
  } catch {}
  throw new QueryPoolError('QP_REDIS_URL', 'REDIS_URL is not a redis:// or rediss:// URL.')
}
