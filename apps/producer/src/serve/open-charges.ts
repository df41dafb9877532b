import { addressOf, type Config, resolveDatabase } from '@querypool/shared/config'
import { openTargetPool } from '@querypool/shared/database'
import { connectQueues, openRunQueue, sharedQueueNames } from '@querypool/shared/queue'
import type { Services } from '../environment/index.ts'
import { type Charge, type Charges, SharedTurns } from '../overseer/index.ts'

// For control only: cancels, fences, dead workers' backends.
const controlConnections = 3

/** Opens what an overseer of the installation needs for each of its databases; a database need not answer yet. */
export async function openCharges(
  services: Services,
  config: Config,
  environment: NodeJS.ProcessEnv,
): Promise<Charges & { close(): Promise<void> }> {
  const { journal, store } = services
  const connection = connectQueues(services.redisUrl, journal.installation)
  const byName = new Map<string, Charge>()
  for (const name of config.databases.keys()) {
    const database = await resolveDatabase(config, name, environment)
    byName.set(name, {
      journal,
      store,
      queue: openRunQueue(connection, sharedQueueNames(name)),
      target: openTargetPool(addressOf(database), controlConnections),
      resolved: database,
      database: { name, maxConcurrency: database.maxConcurrency },
      capacity: { atOnce: null },
      claims: new SharedTurns(),
    })
  }
  const { runs, results } = sharedQueueNames('')
  return {
    journal,
    store,
    connection,
    runsQueue: runs,
    resultsQueue: results,
    privateRun: null,
    retention: config.retention,
    notifying: { environment, allowPrivate: config.notify.allowPrivate },
    timing: config.timing,
    all: [...byName.values()],
    of: (database) => byName.get(database ?? '') ?? null,
    close: async () => {
      await connection.close()
      await Promise.all([...byName.values()].map(({ target }) => target.end()))
    },
  }
}
