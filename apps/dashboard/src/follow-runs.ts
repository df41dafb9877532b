import type { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { type Journal, readRuns } from '@querypool/shared/journal'
import { connectRedis, keyPrefix, privateQueueNames } from '@querypool/shared/queue'
import { Queue } from 'bullmq'
import { showJobData } from './show-job-data.ts'

/** Where queues are shown. */
export type Board = Pick<ReturnType<typeof createBullBoard>, 'addQueue' | 'removeQueue'>

/** The board's queues, kept in step with the journal's unfinished runs. */
export interface FollowedRuns {
  stop(): Promise<void>
}

const pollMs = 2000
// The board asks Redis about each queue whenever a browser polls, so the oldest of very many runs are left out.
const mostRunsPerState = 200

/**
 * Puts the queues of every unfinished private run on the board, and takes them off within about 2 s of the run's end.
 * While the journal does not answer, the board stays as it is.
 */
export async function followRuns(journal: Journal, redisUrl: string, board: Board): Promise<FollowedRuns> {
  // Unlike a worker, a page that cannot be served should say so soon instead of waiting for Redis to come back.
  const redis = connectRedis(redisUrl, { maxRetriesPerRequest: 3 })
  const shown = new Map<string, Queue>()

  const add = (name: string): void => {
    // Opening a queue writes its settings unless told not to: that would bring back what an ended run has removed.
    const queue = new Queue(name, { connection: redis, prefix: keyPrefix(journal.installation), skipMetasUpdate: true })
    queue.on('error', () => {})
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true })
    adapter.setFormatter('data', showJobData)
    shown.set(name, queue)
    board.addQueue(adapter)
  }
  const remove = async (name: string, queue: Queue): Promise<void> => {
    shown.delete(name)
    board.removeQueue(name)
    await queue.close().catch(() => {})
  }
  const poll = async (): Promise<void> => {
    const wanted = await namesOfUnfinishedRuns(journal)
    for (const [name, queue] of [...shown]) if (!wanted.has(name)) await remove(name, queue)
    for (const name of wanted) if (!shown.has(name)) add(name)
  }

  await poll()
  let polling: Promise<void> | null = null
  const timer = setInterval(() => {
    polling ??= poll()
      .catch(() => {})
      .finally(() => {
        polling = null
      })
  }, pollMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await polling
      for (const [name, queue] of [...shown]) await remove(name, queue)
      redis.disconnect()
    },
  }
}

async function namesOfUnfinishedRuns(journal: Journal): Promise<Set<string>> {
  const queued = await readRuns(journal, { state: 'queued', most: mostRunsPerState })
  const running = await readRuns(journal, { state: 'running', most: mostRunsPerState })
  const names = [...queued, ...running]
    .filter((run) => run.private)
    .map((run) => privateQueueNames(run.run))
    .flatMap(({ runs, results, queries }) => [runs, results, queries])
  return new Set(names)
}
