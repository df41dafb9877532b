import type { Config } from '@querypool/shared/config'
import { type Journal, readDatabaseSettings } from '@querypool/shared/journal'
import {
  openRunQueue,
  type QueueConnection,
  readLaneState,
  readWorkers,
  sharedQueueNames,
} from '@querypool/shared/queue'
import { renderTable } from '../render-table.ts'

/** A database of the installation as people see it. */
export interface DatabaseView {
  readonly name: string
  readonly paused: boolean
  /** How many queries may run there at once now; null: any number. */
  readonly maxConcurrency: number | null
  readonly configuredMaxConcurrency: number | null
  readonly running: number
  readonly waiting: number
  /** The slots of the workers that serve it and take queries. */
  readonly workerSlots: number
  /** Who changed it last; null: nobody. */
  readonly changedBy: string | null
}

/** The configured databases, with what holds for them and what happens there now. */
export async function readDatabases(
  connection: QueueConnection,
  journal: Journal,
  config: Config,
): Promise<DatabaseView[]> {
  const settings = await readDatabaseSettings(journal)
  const workers = await readWorkers(connection.redis, connection.prefix)
  return Promise.all(
    [...config.databases.values()].map(async ({ name, maxConcurrency }) => {
      const set = settings.get(name)
      const lane = await readLaneState(openRunQueue(connection, sharedQueueNames(name)))
      const serving = workers.filter((worker) => worker.state === 'working' && worker.databases.includes(name))
      return {
        name,
        paused: set?.paused ?? false,
        maxConcurrency: set?.maxConcurrency ?? maxConcurrency,
        configuredMaxConcurrency: maxConcurrency,
        running: workers.flatMap(({ running }) => running).filter(({ database }) => database === name).length,
        waiting: lane.waiting + lane.delayed,
        workerSlots: serving.reduce((sum, { concurrency }) => sum + concurrency, 0),
        changedBy: set?.changedBy ?? null,
      }
    }),
  )
}

/** Databases as a table. */
export function renderDatabases(databases: readonly DatabaseView[]): string {
  return renderTable(
    [
      { title: 'DATABASE' },
      { title: 'STATE' },
      { title: 'RUNNING', align: 'right' },
      { title: 'LIMIT', align: 'right' },
      { title: 'WAITING', align: 'right' },
      { title: 'WORKER SLOTS', align: 'right' },
      { title: 'CHANGED BY' },
    ],
    databases.map((database) => [
      database.name,
      database.paused ? 'paused' : 'open',
      String(database.running),
      limitText(database),
      String(database.waiting),
      String(database.workerSlots),
      database.changedBy ?? '',
    ]),
  )
}

function limitText({ maxConcurrency, configuredMaxConcurrency }: DatabaseView): string {
  const now = maxConcurrency === null ? 'none' : String(maxConcurrency)
  return maxConcurrency === configuredMaxConcurrency
    ? now
    : `${now} (configured: ${configuredMaxConcurrency ?? 'none'})`
}
