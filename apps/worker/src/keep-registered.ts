import { hostname } from 'node:os'
import {
  keyPrefix,
  type Redis,
  registerPrefix,
  registerWorker,
  unregisterWorker,
  type WorkerRecord,
} from '@querypool/shared/queue'
import type { RunningQueries } from './running-queries.ts'
import type { ServedLane } from './start-lane.ts'
import { version } from './version.ts'
import type { WorkerOrders } from './worker-orders.ts'

const everyMs = 2000

/** What a worker tells of itself. */
export interface ToldState {
  readonly lanes: readonly ServedLane[]
  readonly running: RunningQueries
  trouble(): string | null
}

/** A worker's place on the register. */
export interface Registered {
  /** Whether it was told to take nothing new. */
  isDrained(): boolean
  /** Says at once that the worker is stopping. */
  stopping(): void
  close(): Promise<void>
}

/** Keeps a worker on the register, and does what it is told there: to take nothing new, or to work again. */
export function keepRegistered(orders: WorkerOrders, redis: Redis, told: ToldState): Registered {
  const prefix = registerPrefix(keyPrefix(orders.installation), orders.privateRun)
  const startedAt = new Date().toISOString()
  let isDrained = false
  let isStopping = false
  const state = (): WorkerRecord['state'] => {
    if (isStopping) return 'stopping'
    if (!isDrained) return 'working'
    return told.running.list().length > 0 ? 'draining' : 'drained'
  }
  const say = async (): Promise<void> => {
    // What waits for a Redis that is away would be said late, and all at once.
    if (redis.status !== 'ready') return
    const order = await registerWorker(redis, prefix, {
      id: orders.name,
      host: hostname(),
      pid: process.pid,
      version,
      databases: orders.lanes.map(({ database }) => database.name ?? ''),
      concurrency: orders.concurrency,
      startedAt,
      state: state(),
      running: told.running.list().map(({ database, run, query, job, attempt, startedAt: since }) => ({
        database,
        run,
        query,
        job,
        attempt,
        since,
      })),
      saidAt: new Date().toISOString(),
      trouble: told.trouble(),
    })
    if (isStopping || order === null || isDrained === (order === 'drain')) return
    isDrained = order === 'drain'
    for (const { worker } of told.lanes) {
      if (isDrained) await worker.pause(true)
      else worker.resume()
    }
    await say()
  }
  const timer = setInterval(() => void say().catch(() => {}), everyMs)
  void say().catch(() => {})
  return {
    isDrained: () => isDrained,
    stopping: () => {
      isStopping = true
      void say().catch(() => {})
    },
    close: async () => {
      clearInterval(timer)
      await unregisterWorker(redis, prefix, orders.name).catch(() => {})
    },
  }
}
