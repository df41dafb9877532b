import type { Journal } from '@querypool/shared/journal'
import type { QueueConnection } from '@querypool/shared/queue'
import { withServices } from './with-services.ts'

/**
 * Opens the services and the queues of the installation for one command, and closes them when it is done.
 * @throws QP_REDIS_UNREACHABLE
 */
export async function withQueues<Result>(
  action: (connection: QueueConnection, journal: Journal) => Promise<Result>,
): Promise<Result> {
  return withServices(async ({ journal, redisUrl }) => {
    const { checkRedis, connectQueues } = await import('@querypool/shared/queue')
    await checkRedis(redisUrl)
    const connection = connectQueues(redisUrl, journal.installation)
    try {
      return await action(connection, journal)
    } finally {
      await connection.close()
    }
  })
}
