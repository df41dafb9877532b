import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { RunQueue } from './run-queue.ts'

const limit = z.object({ maxConcurrency: z.number().int().min(1).nullable(), paused: z.boolean() })

/** What holds for a database now: how many queries of QueryPool may run there at once (null: any number), if any at all. */
export type LiveLimit = z.infer<typeof limit>

/**
 * Puts what holds for a database where workers read it before each query, and keeps BullMQ from handing out what could
 * not begin. The journal has the truth; Redis may lose this. What is so already is left alone.
 */
export async function applyLimit(queue: RunQueue, database: string, wanted: LiveLimit): Promise<void> {
  const text = JSON.stringify(wanted)
  const key = limitsKey(queue.prefix)
  if ((await queue.redis.hget(key, database)) !== text) await queue.redis.hset(key, database, text)
  const { queries } = queue
  if ((await queries.isPaused()) !== wanted.paused) await (wanted.paused ? queries.pause() : queries.resume())
  if ((await queries.getGlobalConcurrency()) === wanted.maxConcurrency) return
  if (wanted.maxConcurrency === null) await queries.removeGlobalConcurrency()
  else await queries.setGlobalConcurrency(wanted.maxConcurrency)
}

/** What holds for a database now; null when Redis doesn't know. */
export async function readLimit(redis: Redis, prefix: string, database: string): Promise<LiveLimit | null> {
  const text = await redis.hget(limitsKey(prefix), database)
  return text === null ? null : limit.parse(JSON.parse(text))
}

/** The databases that the overseers of an installation have served, by name. */
export async function servedDatabases(redis: Redis, prefix: string): Promise<string[]> {
  return redis.hkeys(limitsKey(prefix))
}

function limitsKey(prefix: string): string {
  return `${prefix}:limits`
}
