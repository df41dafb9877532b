import type { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { type Journal, unfinishedPrivateRuns } from '@querypool/shared/journal'
import { connectRedis, keyPrefix, privateQueueNames, servedDatabases, sharedQueueNames } from '@querypool/shared/queue'
import { Queue } from 'bullmq'
import { linkToRun } from './link-to-run.ts'
import { showReturnValue } from './show-job.ts'
import { showJobData } from './show-job-data.ts'

/** Where queues are shown. */
export type Board = Pick<ReturnType<typeof createBullBoard>, 'addQueue' | 'removeQueue'>

/** The board's queues, kept in step with the databases of the installation and with its unfinished private runs. */
export interface FollowedQueues {
  /** When journal and Redis were last asked for the queues, and both answered. */
  readonly lookedAt: Date
  /** The queues that all shared runs use, by name. */
  shared(): ReadonlyMap<string, Queue>
  stop(): Promise<void>
}

/** Which installation's queues are followed. */
export interface Followed {
  readonly journal: Journal
  readonly redisUrl: string
  /** The databases of the configuration; those that overseers have served are found in Redis. */
  readonly databases: readonly string[]
}

const pollMs = 2000
// The board asks Redis about each queue whenever a browser polls, so the oldest of very many runs are left out.
const mostPrivateRuns = 200

/**
 * Puts the queues of the shared runs and those of every unfinished private run on the board, and takes off what is gone
 * within about 2 s. While journal or Redis does not answer, the board stays as it is.
 * @param onTrouble told why a look failed; it is tried again
 * @throws what the journal or Redis throws at the first look
 */
export async function followQueues(
  { journal, redisUrl, databases }: Followed,
  board: Board,
  onTrouble: (error: Error) => void,
): Promise<FollowedQueues> {
  // Unlike a worker, a page that cannot be served should say so soon instead of waiting for Redis to come back.
  const redis = connectRedis(redisUrl, { maxRetriesPerRequest: 3 })
  const prefix = keyPrefix(journal.installation)
  const shown = new Map<string, Queue>()
  let sharedNames = new Set<string>()
  let lookedAt = new Date()

  const add = (name: string): void => {
    // Opening a queue writes its settings unless told not to: that would bring back what an ended run has removed.
    const queue = new Queue(name, { connection: redis, prefix, skipMetasUpdate: true })
    queue.on('error', () => {})
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true, externalJobUrl: ({ data }) => linkToRun(data) })
    adapter.setFormatter('data', showJobData)
    adapter.setFormatter('returnValue', showReturnValue)
    shown.set(name, queue)
    board.addQueue(adapter)
  }
  const remove = async (name: string, queue: Queue): Promise<void> => {
    shown.delete(name)
    board.removeQueue(name)
    await queue.close().catch(() => {})
  }
  const poll = async (): Promise<void> => {
    sharedNames = namesOfShared([...databases, ...(await servedDatabases(redis, prefix))])
    const privateRuns = await unfinishedPrivateRuns(journal, mostPrivateRuns)
    const wanted = new Set([...sharedNames, ...privateRuns.flatMap((run) => namesOf(privateQueueNames(run)))])
    for (const [name, queue] of [...shown]) if (!wanted.has(name)) await remove(name, queue)
    for (const name of wanted) if (!shown.has(name)) add(name)
    lookedAt = new Date()
  }

  try {
    await poll()
  } catch (error) {
    redis.disconnect()
    throw error
  }
  let polling: Promise<void> | null = null
  const timer = setInterval(() => {
    polling ??= poll()
      .catch(onTrouble)
      .finally(() => {
        polling = null
      })
  }, pollMs)
  return {
    get lookedAt() {
      return lookedAt
    },
    shared: () => new Map([...shown].filter(([name]) => sharedNames.has(name))),
    stop: async () => {
      clearInterval(timer)
      await polling
      for (const [name, queue] of [...shown]) await remove(name, queue)
      redis.disconnect()
    },
  }
}

function namesOfShared(databases: readonly string[]): Set<string> {
  return new Set(databases.toSorted().flatMap((database) => namesOf(sharedQueueNames(database))))
}

function namesOf({ runs, results, queries }: ReturnType<typeof privateQueueNames>): string[] {
  return [runs, results, queries]
}
