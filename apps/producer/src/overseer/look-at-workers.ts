import { readWorkers } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'

/** Notes how many queries of each database the workers that are there run at once; a private run has a worker for each slot. */
export async function lookAtWorkers({ all, connection, privateRun }: Charges): Promise<void> {
  if (privateRun !== null) return
  const workers = await readWorkers(connection.redis, connection.prefix)
  for (const { database, capacity } of all) {
    const serving = workers.filter(({ databases }) => database !== null && databases.includes(database.name))
    capacity.atOnce = serving.length === 0 ? null : serving.reduce((sum, { concurrency }) => sum + concurrency, 0)
  }
}
