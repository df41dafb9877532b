import { join, resolve } from 'node:path'
import { embeddedHome } from '@querypool/local/servers'
import { type Config, readServerUrl } from '@querypool/shared/config'

/** What the environment says, read once per process. */
export interface Settings {
  /** The folder of the embedded servers and of results, unless those are elsewhere. */
  readonly home: string
  /** REDIS_URL, or what REDIS_URL_FILE holds; null: the embedded Redis. */
  readonly redisUrl: string | null
  /** QUERYPOOL_JOURNAL_URL, or what QUERYPOOL_JOURNAL_URL_FILE holds; null: the embedded PostgreSQL. */
  readonly journalUrl: string | null
  /** QUERYPOOL_RESULTS, or else the configuration: the folder of the result store. */
  readonly resultsFolder: string
  /** QUERYPOOL_REDIS_SERVER: the program to use as embedded Redis; null: the one that is found. */
  readonly redisServer: string | null
}

/**
 * Reads the settings. An empty variable counts as none.
 * @throws QP_SECRET_UNREADABLE
 */
export function readSettings(environment: NodeJS.ProcessEnv, config: Pick<Config, 'storeFolder'>): Settings {
  const home = embeddedHome(environment)
  return {
    home,
    redisUrl: readServerUrl('REDIS_URL', environment),
    journalUrl: readServerUrl('QUERYPOOL_JOURNAL_URL', environment),
    resultsFolder: resolve(environment.QUERYPOOL_RESULTS || config.storeFolder || join(home, 'results')),
    redisServer: environment.QUERYPOOL_REDIS_SERVER || null,
  }
}
