import { randomUUID } from 'node:crypto'
import { type Redis, ReplyError } from 'ioredis'
import { type ClockReading, readClock } from '../clock/index.ts'
import { causeOf } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import { connectRedis, describeRedis } from './connection.ts'

/** What a Redis says of itself. */
export interface RedisFacts {
  readonly version: string
  readonly isReplica: boolean
  /** Whether it writes an append-only file, and whether the last write to it went well. */
  readonly appendOnly: boolean
  readonly appendWorks: boolean
  /** When the file is synced: always, everysec, no; null: it does not let us ask. */
  readonly appendFsync: string | null
  readonly evictionPolicy: string
  readonly usedBytes: number
  /** What it may use; null: there is no limit. */
  readonly maxBytes: number | null
  readonly clock: ClockReading
  /** Why it does not let us do what we must; null: it does. */
  readonly refusal: string | null
}

/**
 * Finds out within 8 s whether a Redis answers, and unless we only look, whether it lets us work.
 * @throws QP_REDIS_UNREACHABLE and QP_REDIS_REFUSES with address and cause, QP_REDIS_URL
 */
export async function checkRedis(url: string, purpose: 'work' | 'look' = 'work'): Promise<void> {
  await probe(url, async (redis, where) => {
    const refusal = purpose === 'work' ? await refusalOf(() => tryScript(redis, '{qp-check}')) : null
    if (refusal !== null)
      throw new QueryPoolError('QP_REDIS_REFUSES', `Redis at ${where} does not let us work: ${refusal}`)
    await redis.ping()
  })
}

/**
 * Finds out all that matters of a Redis.
 * @param prefix of the keys that we have to use
 * @throws QP_REDIS_UNREACHABLE with address and cause, QP_REDIS_URL
 */
export async function inspectRedis(url: string, prefix: string): Promise<RedisFacts> {
  return await probe(url, async (redis) => {
    const info = await redis.info()
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
    const fsync = (await redis.config('GET', 'appendfsync').catch(() => [])) as string[]
    return {
      version: field('redis_version'),
      isReplica: field('role') === 'slave',
      appendOnly: field('aof_enabled') === '1',
      appendWorks: field('aof_last_write_status') !== 'err',
      appendFsync: fsync[1] ?? null,
      evictionPolicy: field('maxmemory_policy'),
      usedBytes: Number(field('used_memory')),
      maxBytes: Number(field('maxmemory')) || null,
      clock: await readClock(async () => {
        const [seconds, microseconds] = await redis.time()
        return Number(seconds) * 1000 + Number(microseconds) / 1000
      }),
      refusal: await refusalOf(async () => {
        await tryScript(redis, '{qp-check}')
        await tryScript(redis, prefix)
        await redis.bzpopmin(`${prefix}:check:none`, 0.01)
        await redis.hgetall('querypool:installations')
      }),
    }
  })
}

async function probe<T>(url: string, work: (redis: Redis, where: string) => Promise<T>): Promise<T> {
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
    return await work(redis, where)
  } catch (error) {
    if (error instanceof QueryPoolError) throw error
    const cause = causeOf(failure ?? error)
    throw new QueryPoolError('QP_REDIS_UNREACHABLE', `Redis at ${where} cannot be reached: ${cause}`, { cause: error })
  } finally {
    redis.disconnect()
  }
}

// The kinds of values that queues are made of. What is written goes by itself, should we die in between.
const script = `
  redis.call('SET', KEYS[1], '1', 'PX', 1000)
  redis.call('HSET', KEYS[2], 'a', '1') redis.call('DEL', KEYS[2])
  redis.call('RPUSH', KEYS[2], 'a') redis.call('DEL', KEYS[2])
  redis.call('SADD', KEYS[2], 'a') redis.call('DEL', KEYS[2])
  redis.call('ZADD', KEYS[2], 1, 'a') redis.call('DEL', KEYS[2])
  redis.call('XADD', KEYS[2], '*', 'a', '1')
  return redis.call('DEL', KEYS[2])`

/** Writes from a script, as queues do. Without it, one that may not would wait for its jobs without end. */
async function tryScript(redis: Redis, prefix: string): Promise<void> {
  const key = `${prefix}:check:${randomUUID()}`
  await redis.eval(script, 2, `${key}:1`, `${key}:2`)
}

/** What the server itself says against it; null: nothing. A connection that fails is thrown. */
async function refusalOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (thrown) {
    if (thrown instanceof ReplyError) return causeOf(thrown)
    throw thrown
  }
}
