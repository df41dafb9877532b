import { connectRedis, isHintedCancelled, keyPrefix, readRunQueriesData } from '@querypool/shared/queue'
import { openFolderStore } from '@querypool/shared/result'
import { type Job, Worker } from 'bullmq'
import { runQueries, type Workplace } from './run-queries.ts'
import { SessionPool } from './session-pool.ts'
import type { WorkerOrders } from './worker-orders.ts'

/** A running worker. */
export interface RunningWorker {
  /** Takes nothing new, lets running queries finish within the grace period, then cancels them and gives them back. */
  stop(): Promise<void>
}

// What runs shorter than this is over before anybody could look.
const noteAfterMs = 150
// Said again for an overseer that has just begun.
const noteAgainMs = 5000

/**
 * Starts taking run-queries jobs, as many at once as the orders say.
 * @param onSession told the server process of each session that it opens
 */
export async function startWorker(orders: WorkerOrders, onSession: (pid: number) => void): Promise<RunningWorker> {
  const store = await openFolderStore(orders.resultsFolder)
  const redis = connectRedis(orders.redisUrl)
  const prefix = keyPrefix(orders.installation)
  const sessions = new SessionPool(orders.databaseUrl, onSession)
  let givingBack = false
  const process = async (job: Job): Promise<unknown> => {
    const data = readRunQueriesData(job.data)
    let timer: NodeJS.Timeout | undefined
    const place: Workplace = {
      name: orders.name,
      store,
      sessions,
      defaultTimeoutMs: orders.defaultTimeoutMs,
      isGivingBack: () => givingBack,
      isCancelled: (run) => isHintedCancelled(redis, prefix, run),
      onStart: (note) => {
        clearTimeout(timer)
        const tell = (): void => {
          void job.updateProgress({ run: data.run, job: data.job, ...note, worker: orders.name }).catch(() => {})
          timer = setTimeout(tell, noteAgainMs)
        }
        timer = setTimeout(tell, noteAfterMs)
      },
    }
    try {
      return await runQueries(place, data)
    } finally {
      clearTimeout(timer)
    }
  }
  const worker = new Worker(orders.queue, process, {
    connection: redis,
    prefix,
    name: orders.name,
    concurrency: orders.concurrency,
    lockDuration: orders.lockMs,
    stalledInterval: orders.stalledCheckMs,
    // One job is one attempt: one that lost its worker ends as failed, and the overseer settles what becomes of it.
    maxStalledCount: 0,
  })
  worker.on('error', () => {})
  await worker.waitUntilReady()
  return {
    stop: async () => {
      const grace = setTimeout(() => {
        givingBack = true
        void sessions.cancelAll().catch(() => {})
      }, orders.graceMs)
      const sweep = setInterval(() => {
        if (givingBack) void sessions.cancelAll().catch(() => {})
      }, 1000)
      await worker.close()
      clearTimeout(grace)
      clearInterval(sweep)
      await sessions.close()
      redis.disconnect()
    },
  }
}
