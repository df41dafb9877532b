import { createServer } from 'node:http'
import { listening, urlOf } from '@querypool/shared/health'
import { openJournal } from '@querypool/shared/journal'
import { type Logger, troubleLog } from '@querypool/shared/log'
import { checkRedis } from '@querypool/shared/queue'
import { type FollowedQueues, followQueues } from './board/follow-queues.ts'
import { openBoard } from './board/open-board.ts'
import { boardHealth } from './board-health.ts'
import { buildApp } from './build-app.ts'
import type { Settings } from './settings.ts'

/** A dashboard that serves. */
export interface Dashboard {
  /** Its address, such as `http://127.0.0.1:3000`. */
  readonly url: string
  /** Ends all connections and closes journal and Redis. */
  stop(): Promise<void>
}

const journalConnections = 4

/**
 * Serves the pages of the installation, read-only.
 * @throws QP_PORT_TAKEN, QP_REDIS_UNREACHABLE, QP_REDIS_URL, QP_JOURNAL_UNREACHABLE, QP_JOURNAL_NEWER, QP_DATABASE_URL
 */
export async function startDashboard(settings: Settings, log: Logger): Promise<Dashboard> {
  const { redisUrl, journalUrl, host, port, token, databases } = settings
  await checkRedis(redisUrl, 'look')
  const journal = await openJournal(journalUrl, journalConnections)
  let queues: FollowedQueues | null = null
  try {
    const { board, handler } = openBoard(journal, '/queues')
    queues = await followQueues({ journal, redisUrl, databases }, board, troubleLog(log))
    const health = boardHealth(queues)
    const server = createServer(buildApp({ journal, health, board: handler, token, log }))
    server.listen(port, host)
    await listening(server, { host, port })
    const followed = queues
    return {
      url: urlOf(server, { host, port }),
      stop: async () => {
        server.close()
        server.closeAllConnections()
        await followed.stop()
        await journal.close()
      },
    }
  } catch (error) {
    await queues?.stop()
    await journal.close()
    throw error
  }
}
