import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '@querypool/shared/config'
import {
  countOverseers,
  type Journal,
  type RunView,
  readDatabaseSettings,
  readWaiting,
} from '@querypool/shared/journal'
import {
  connectQueues,
  openRunQueue,
  type QueueConnection,
  readLaneState,
  readWorkers,
  sharedQueueNames,
} from '@querypool/shared/queue'
import { isTerminal } from '@querypool/shared/run'
import { type WaitingFacts, type WaitingReason, waitingReasons, whySnapshotWaits } from './waiting-reasons.ts'

const redisPatienceMs = 3000

/** Why queries of a run wait; of a run that has workers of its own, only whether it lacks its snapshot. */
export async function explainWaiting(journal: Journal, redisUrl: string, run: RunView): Promise<WaitingReason[]> {
  if (isTerminal(run.state)) return []
  const lacksSnapshot = run.snapshot !== null && run.snapshot.holders === 0
  if (run.private) return lacksSnapshot && run.counts.queued > 0 ? [whySnapshotWaits(run.counts.queued)] : []
  const connection = connectQueues(redisUrl, journal.installation)
  try {
    const settings = (await readDatabaseSettings(journal)).get(run.database)
    const configured = (await readConfig(process.env)).databases.get(run.database)?.maxConcurrency ?? null
    return waitingReasons({
      database: run.database,
      counts: await readWaiting(journal, run.run),
      overseers: await countOverseers(journal),
      paused: settings?.paused ?? false,
      lacksSnapshot,
      maxConcurrency: settings?.maxConcurrency ?? configured,
      redis: await Promise.race([askRedis(connection, run.database), wait(redisPatienceMs, null, { ref: false })]),
      now: new Date(),
    })
  } finally {
    void connection.close()
  }
}

async function askRedis(connection: QueueConnection, database: string): Promise<WaitingFacts['redis']> {
  const { active } = await readLaneState(openRunQueue(connection, sharedQueueNames(database)))
  return { active, workers: await readWorkers(connection.redis, connection.prefix) }
}
