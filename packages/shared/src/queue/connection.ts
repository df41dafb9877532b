import { Redis, type RedisOptions } from 'ioredis'
import { causeOf } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'

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
  const redis = new Redis(url, { ...defaults, ...options })
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

/** What a Redis says of itself. */
export interface RedisFacts {
  readonly version: string
  /** Whether it writes an append-only file. */
  readonly persistence: boolean
  readonly evictionPolicy: string
}

/**
 * Finds out within 8 s whether a Redis answers, and what it is.
 * @throws QP_REDIS_UNREACHABLE with address and cause, QP_REDIS_URL
 */
export async function checkRedis(url: string): Promise<RedisFacts> {
  const where = describeRedis(url)
  const redis = connectRedis(url, {
    lazyConnect: true,
    connectTimeout: 8000,
    commandTimeout: 8000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let failure: unknown
  redis.on('error', (error) => {
    failure = error
  })
  try {
    await redis.connect()
    const info = await redis.info()
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
    return {
      version: field('redis_version'),
      persistence: field('aof_enabled') === '1',
      evictionPolicy: field('maxmemory_policy'),
    }
  } catch (error) {
    throw new QueryPoolError(
      'QP_REDIS_UNREACHABLE',
      `Redis at ${where} cannot be reached: ${causeOf(failure ?? error)}`,
      {
        cause: error,
      },
    )
  } finally {
    redis.disconnect()
  }
}
