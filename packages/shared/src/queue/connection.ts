import { randomUUID } from 'node:crypto'
import { Redis, type RedisOptions, ReplyError } from 'ioredis'
import { causeOf } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'

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
 * Finds out within 8 s whether a Redis answers, what it is, and unless we only look, whether it lets us work.
 * @throws QP_REDIS_UNREACHABLE and QP_REDIS_REFUSES with address and cause, QP_REDIS_URL
 */
export async function checkRedis(url: string, purpose: 'work' | 'look' = 'work'): Promise<RedisFacts> {
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
    if (purpose === 'work') await checkRights(redis, where)
    const info = await redis.info()
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
    return {
      version: field('redis_version'),
      persistence: field('aof_enabled') === '1',
      evictionPolicy: field('maxmemory_policy'),
    }
  } catch (error) {
    if (error instanceof QueryPoolError) throw error
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

/** Writes from a script, as queues do. Without it, one that may not would wait for its jobs without end. */
async function checkRights(redis: Redis, where: string): Promise<void> {
  try {
    await redis.eval("return redis.call('SET', KEYS[1], '1', 'PX', 1000)", 1, `{qp-check}:${randomUUID()}`)
  } catch (cause) {
    // What the server itself has said, and not that the connection failed.
    if (!(cause instanceof ReplyError)) throw cause
    throw new QueryPoolError('QP_REDIS_REFUSES', `Redis at ${where} does not let us work: ${causeOf(cause)}`, { cause })
  }
}
