import { connectRedis, endWhenAway, keyPrefix } from '@querypool/shared/queue'
import { openStore, refuseReplacing } from '@querypool/shared/result'
import { keepRegistered, type Registered } from './keep-registered.ts'
import { LaneProgress } from './lane-progress.ts'
import { LocalSlots } from './local-slots.ts'
import { RunningQueries } from './running-queries.ts'
import { type ServedLane, startLane } from './start-lane.ts'
import { WorkerMetrics } from './worker-metrics.ts'
import type { WorkerOrders } from './worker-orders.ts'

/** A running worker. */
export interface RunningWorker {
  /**
   * Takes nothing new, lets running queries finish within the grace period, then cancels them and gives them back. Without
   * Redis it cannot: overseers then find out what became of them.
   */
  stop(): Promise<void>
  /** Why it makes no progress although there is work for it; null: it does, or has nothing to do. */
  stuck(): Promise<string | null>
}

/** Who wants to know what a worker does. */
export interface WorkerWatch {
  /** Told the server process of each session that it opens. */
  readonly onSession?: (pid: number) => void
  readonly onTrouble?: (error: Error) => void
  readonly metrics?: WorkerMetrics
}

/**
 * Starts taking run-queries jobs, as many at once as the orders say.
 * @throws what openStore throws, QP_STORE_REPLACES
 */
export async function startWorker(orders: WorkerOrders, watch: WorkerWatch): Promise<RunningWorker> {
  const store = await openStore(orders.storeLocation)
  await refuseReplacing(store)
  const redis = connectRedis(orders.redisUrl)
  const prefix = keyPrefix(orders.installation)
  const running = new RunningQueries(orders.name)
  const lanes: ServedLane[] = []
  const metrics = watch.metrics ?? new WorkerMetrics()
  const slots = new LocalSlots(orders.concurrency, () => {
    metrics.slots(slots.total, slots.total - slots.free)
    shareSlots(slots, lanes)
  })
  metrics.slots(slots.total, 0)
  let givingBack = false
  let registered: Registered | null = null
  let trouble: string | null = null
  const context = {
    orders,
    redis,
    prefix,
    store,
    slots,
    running,
    metrics,
    isGivingBack: () => givingBack,
    isDrained: () => registered?.isDrained() ?? false,
    onSession: (pid: number) => watch.onSession?.(pid),
    onTrouble: (error: Error) => {
      trouble = error.message
      watch.onTrouble?.(error)
    },
  }
  for (const lane of orders.lanes) lanes.push(await startLane(context, lane))
  const watched = lanes.map((lane) => new LaneProgress(lane, slots, redis, prefix))
  registered = keepRegistered(orders, redis, { lanes, running, trouble: () => trouble })
  const cancelAll = (): void => {
    for (const { sessions } of lanes) void sessions.cancelAll().catch(() => {})
  }
  return {
    stuck: async () => {
      for (const lane of watched) {
        const why = await lane.stuck()
        if (why !== null) return why
      }
      return null
    },
    stop: async () => {
      registered?.stopping()
      let forgetRedis = (): void => {}
      const grace = setTimeout(() => {
        givingBack = true
        cancelAll()
        forgetRedis = endWhenAway(redis)
      }, orders.graceMs)
      const sweep = setInterval(() => givingBack && cancelAll(), 1000)
      await Promise.all(lanes.map(({ worker }) => worker.close()))
      clearTimeout(grace)
      clearInterval(sweep)
      await Promise.all(lanes.map(({ sessions }) => sessions.close()))
      await Promise.all(watched.map((lane) => lane.close()))
      await registered?.close()
      forgetRedis()
      redis.disconnect()
    },
  }
}

// So that a lane seldom fetches a job for which no slot is free: it would have to be put back.
function shareSlots(slots: LocalSlots, lanes: readonly ServedLane[]): void {
  if (lanes.length === 1) return
  for (const { lane, worker } of lanes) worker.concurrency = Math.max(1, slots.takenBy(lane.queue) + slots.free)
}
