import { FlowProducer, type JobsOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { connectRedis } from './connection.ts'
import { keyPrefix, type QueueNames } from './names.ts'

/** What all queues of a program share: one connection, and each queue opened once. */
export interface QueueConnection {
  readonly installation: string
  readonly prefix: string
  readonly redis: Redis
  readonly flows: FlowProducer
  /** The queue of that name, opened when it is first asked for. */
  queue(name: string): Queue
  close(): Promise<void>
}

/** The queues that carry a run, for adding and inspecting jobs. */
export interface RunQueue {
  readonly names: QueueNames
  readonly installation: string
  readonly prefix: string
  readonly redis: Redis
  readonly flows: FlowProducer
  readonly runs: Queue
  readonly results: Queue
  readonly queries: Queue
}

// A finished job stays visible for a day, but not too many of them. BullMQ counts all of the queue: shared queues keep the
// jobs of many runs, those of a private run only its own.
const keptPrivately = { age: 24 * 3600, count: 1000 }
const kept = { age: 24 * 3600, count: 10_000 }
// The jobs of larger shared runs go as soon as they are done, or they would push those of all small runs out.
const mostQueriesKept = 500

/** Whether the jobs of a run are removed as soon as they are done. */
export function isRemovedAtOnce(names: QueueNames, queryCount: number): boolean {
  return names.database !== null && queryCount > mostQueriesKept
}

/** Options of every job of ours. A job without a priority would go before all that have one, so each has one. */
export function jobOptions(names: QueueNames, priority: number, options: JobsOptions): JobsOptions {
  const keeping = names.database === null ? keptPrivately : kept
  return {
    removeOnComplete: keeping,
    removeOnFail: keeping,
    ...options,
    priority: Math.min(2_097_151, Math.max(1, priority)),
  }
}

/** Jobs of the overseer are tried again until they succeed: all of them can be repeated. */
export const untilItSucceeds: JobsOptions = { attempts: 1_000_000, backoff: { type: 'fixed', delay: 1000 } }

/** Connects to Redis for the queues of an installation. */
export function connectQueues(redisUrl: string, installation: string): QueueConnection {
  const redis = connectRedis(redisUrl)
  const prefix = keyPrefix(installation)
  const base = { connection: redis, prefix }
  const flows = new FlowProducer(base)
  flows.on('error', () => {})
  const opened = new Map<string, Queue>()
  return {
    installation,
    prefix,
    redis,
    flows,
    queue: (name) => {
      const known = opened.get(name)
      if (known) return known
      const queue = new Queue(name, base)
      queue.on('error', () => {})
      opened.set(name, queue)
      return queue
    },
    close: async () => {
      await Promise.allSettled([flows, ...opened.values()].map((part) => part.close()))
      redis.disconnect()
    },
  }
}

/** The queues of these names. */
export function openRunQueue(connection: QueueConnection, names: QueueNames): RunQueue {
  const { installation, prefix, redis, flows } = connection
  const [runs, results, queries] = [names.runs, names.results, names.queries].map(connection.queue)
  return { names, installation, prefix, redis, flows, runs, results, queries } as RunQueue
}

/** Removes all that a private run has in Redis: children first, for removing one puts its parent in its own queue. */
export async function removeRunQueue(queue: RunQueue): Promise<void> {
  for (const part of [queue.queries, queue.results, queue.runs]) await part.obliterate({ force: true })
}
