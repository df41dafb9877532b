import { ensureEmbeddedServers } from '@querypool/local/servers'
import { type Journal, openJournal } from '@querypool/shared/journal'
import { openStore, type ResultStore } from '@querypool/shared/result'
import type { Settings } from './settings.ts'

/** The services that every command needs, open. */
export interface Services {
  readonly journal: Journal
  readonly store: ResultStore
  readonly journalUrl: string
  readonly redisUrl: string
  close(): Promise<void>
}

/**
 * Where journal and Redis are; embedded ones are started when they don't run. Long-running programs call it again every
 * few seconds, so that a dead embedded server comes back.
 * @throws QP_EMBEDDED_START, QP_REDIS_NOT_INSTALLED
 */
export async function locateServers(
  settings: Settings,
  onProgress: (message: string) => void = () => {},
): Promise<{ journalUrl: string; redisUrl: string }> {
  if (settings.journalUrl !== null && settings.redisUrl !== null)
    return { journalUrl: settings.journalUrl, redisUrl: settings.redisUrl }
  const embedded = await ensureEmbeddedServers(settings.home, {
    onProgress,
    ...(settings.redisServer === null ? {} : { redisServer: settings.redisServer }),
  })
  return { journalUrl: settings.journalUrl ?? embedded.postgresUrl, redisUrl: settings.redisUrl ?? embedded.redisUrl }
}

/**
 * Opens journal and result store; Redis is located, not connected.
 * @throws what locateServers, openJournal and openStore throw
 */
export async function openServices(
  settings: Settings,
  onProgress: (message: string) => void = () => {},
): Promise<Services> {
  const { journalUrl, redisUrl } = await locateServers(settings, onProgress)
  const store = await openStore(settings.storeLocation)
  const journal = await openJournal(journalUrl)
  return { journal, store, journalUrl, redisUrl, close: () => journal.close() }
}
