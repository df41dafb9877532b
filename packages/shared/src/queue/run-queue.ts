import { FlowProducer, type JobsOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { connectRedis } from './connection.ts'
import { keyPrefix, type QueueNames } from './names.ts'

/** The open queues of one run or lane, for adding and inspecting jobs. */
export interface RunQueue {
  readonly names: QueueNames
  readonly installation: string
  readonly prefix: string
  readonly redis: Redis
  readonly flows: FlowProducer
  readonly runs: Queue
  readonly results: Queue
  readonly queries: Queue
  close(): Promise<void>
}

// A finished job stays visible for a day, 1,000 of them per queue at the most.
const kept = { age: 24 * 3600, count: 1000 }

/** Options of every job of ours. A job without a priority would go before all that have one, so each has one. */
export function jobOptions(priority: number, options: JobsOptions): JobsOptions {
  return {
    ...options,
    priority: Math.min(2_097_151, Math.max(1, priority)),
    removeOnComplete: kept,
    removeOnFail: kept,
  }
}

/** Jobs of the overseer are tried again until they succeed: all of them can be repeated. */
export const untilItSucceeds: JobsOptions = { attempts: 1_000_000, backoff: { type: 'fixed', delay: 1000 } }

/** Opens the queues of a run or lane. */
export function openRunQueue(redisUrl: string, installation: string, names: QueueNames): RunQueue {
  const redis = connectRedis(redisUrl)
  const prefix = keyPrefix(installation)
  const base = { connection: redis, prefix }
  const flows = new FlowProducer(base)
  const [runs, results, queries] = [names.runs, names.results, names.queries].map((name) => new Queue(name, base)) as [
    Queue,
    Queue,
    Queue,
  ]
  flows.on('error', () => {})
  for (const part of [runs, results, queries]) part.on('error', () => {})
  return {
    names,
    installation,
    prefix,
    redis,
    flows,
    runs,
    results,
    queries,
    close: async () => {
      await Promise.allSettled([flows, runs, results, queries].map((part) => part.close()))
      redis.disconnect()
    },
  }
}

/** Removes all that a private run has in Redis: children first, for removing one puts its parent in its own queue. */
export async function removeRunQueue(queue: RunQueue): Promise<void> {
  for (const part of [queue.queries, queue.results, queue.runs]) await part.obliterate({ force: true })
}
