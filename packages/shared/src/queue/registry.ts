import type { Redis } from 'ioredis'
import { z } from 'zod'

/** `draining`: takes nothing new, but something still runs; `drained`: idle until it is told to work or stopped. */
const states = z.enum(['working', 'draining', 'drained', 'stopping'])

const record = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number().int(),
  version: z.string(),
  databases: z.array(z.string()),
  /** How many queries it runs at once at the most. */
  concurrency: z.number().int(),
  startedAt: z.string(),
  state: states,
  running: z.array(
    z.object({
      database: z.string(),
      run: z.string(),
      query: z.string(),
      /** Null: a worker of an older version does not say it. */
      job: z.number().nullable().default(null),
      attempt: z.number(),
      since: z.string(),
    }),
  ),
  /** When it said so, by its own clock: another time each time. Null: a worker of an older version. */
  saidAt: z.string().nullable().default(null),
  /** Why it takes nothing although it could, or what it refused last; null: nothing to tell. */
  trouble: z.string().nullable(),
})

/** What a worker says of itself, every few seconds. Instants are ISO 8601. */
export type WorkerRecord = z.infer<typeof record>

/** What a worker may be told from anywhere. */
export type WorkerOrder = 'drain' | 'work'

/** A worker that has not said anything for so long counts as gone, in ms. */
const forgottenAfterMs = 15_000

/** The prefix of the register of a private run's workers; of that of all others, for null. */
export function registerPrefix(prefix: string, privateRun: string | null): string {
  return privateRun === null ? prefix : `${prefix}:private:${privateRun}`
}

/**
 * Puts what a worker says of itself, and gives what it was told last, if anything.
 * @param prefix of the register
 */
export async function registerWorker(redis: Redis, prefix: string, said: WorkerRecord): Promise<WorkerOrder | null> {
  const replies = await redis
    .pipeline()
    .set(workerKey(prefix, said.id), JSON.stringify(said), 'PX', forgottenAfterMs)
    .zadd(workersKey(prefix), Date.now() + forgottenAfterMs, said.id)
    .pexpire(workersKey(prefix), 2 * forgottenAfterMs)
    .hget(ordersKey(prefix), said.id)
    .exec()
  const [error, order] = replies?.[3] ?? [null, null]
  if (error) throw error
  return order === 'drain' || order === 'work' ? order : null
}

/** Takes a worker off the register at once. */
export async function unregisterWorker(redis: Redis, prefix: string, id: string): Promise<void> {
  await redis.pipeline().del(workerKey(prefix, id)).zrem(workersKey(prefix), id).hdel(ordersKey(prefix), id).exec()
}

/** The workers that are there, by id. What a newer version has written and this one cannot read is left out. */
export async function readWorkers(redis: Redis, prefix: string): Promise<WorkerRecord[]> {
  await redis.zremrangebyscore(workersKey(prefix), '-inf', Date.now() - forgottenAfterMs)
  const ids = await redis.zrange(workersKey(prefix), '0', '-1')
  if (ids.length === 0) return []
  const texts = await redis.mget(ids.map((id) => workerKey(prefix, id)))
  return texts
    .flatMap((text) => {
      const read = text === null ? null : record.safeParse(JSON.parse(text))
      return read?.success ? [read.data] : []
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Tells workers to take nothing new, or to work again; each hears it within a few seconds. */
export async function orderWorkers(
  redis: Redis,
  prefix: string,
  ids: readonly string[],
  order: WorkerOrder,
): Promise<void> {
  const pipeline = redis.pipeline()
  for (const id of ids) pipeline.hset(ordersKey(prefix), id, order)
  await pipeline.exec()
}

function workerKey(prefix: string, id: string): string {
  return `${prefix}:worker:${id}`
}

function workersKey(prefix: string): string {
  return `${prefix}:workers`
}

function ordersKey(prefix: string): string {
  return `${prefix}:worker-orders`
}
