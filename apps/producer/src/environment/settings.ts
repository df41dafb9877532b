import { join } from 'node:path'
import { embeddedHome } from '@querypool/local/servers'
import { type Config, readServerUrl } from '@querypool/shared/config'
import { storeLocation } from '@querypool/shared/result'

/** What the environment says, read once per process. */
export interface Settings {
  /** The folder of the embedded servers and of results, unless those are elsewhere. */
  readonly home: string
  /** REDIS_URL, or what REDIS_URL_FILE holds; null: the embedded Redis. */
  readonly redisUrl: string | null
  /** QUERYPOOL_JOURNAL_URL, or what QUERYPOOL_JOURNAL_URL_FILE holds; null: the embedded PostgreSQL. */
  readonly journalUrl: string | null
  /** QUERYPOOL_RESULTS, or else the configuration: where the result store is. */
  readonly storeLocation: string
  /** QUERYPOOL_REDIS_SERVER: the program to use as embedded Redis; null: the one that is found. */
  readonly redisServer: string | null
}

/**
 * Reads the settings. An empty variable counts as none.
 * @throws QP_SECRET_UNREADABLE
 */
export function readSettings(environment: NodeJS.ProcessEnv, config: Pick<Config, 'storeLocation'>): Settings {
  const home = embeddedHome(environment)
  return {
    home,
    redisUrl: readServerUrl('REDIS_URL', environment),
    journalUrl: readServerUrl('QUERYPOOL_JOURNAL_URL', environment),
    storeLocation: storeLocation(environment.QUERYPOOL_RESULTS || config.storeLocation || join(home, 'results')),
    redisServer: environment.QUERYPOOL_REDIS_SERVER || null,
  }
}
