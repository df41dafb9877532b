import { QueryPoolError } from '@querypool/shared/errors'

/** What the environment says, read once per process. */
export interface Settings {
  /** REDIS_URL: where the queues are. */
  readonly redisUrl: string
  /** QUERYPOOL_JOURNAL_URL: the PostgreSQL database that holds the journal. */
  readonly journalUrl: string
  /** QUERYPOOL_DASHBOARD_PORT: the port on 127.0.0.1, 3000 by default; 0: any free one. */
  readonly port: number
}

/**
 * Reads the settings. An empty variable counts as none.
 * @throws QP_REDIS_UNREACHABLE or QP_JOURNAL_UNREACHABLE when an address is missing, QP_USAGE for a port that is none
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const redisUrl = environment.REDIS_URL
  const journalUrl = environment.QUERYPOOL_JOURNAL_URL
  const missing = [redisUrl ? '' : 'REDIS_URL', journalUrl ? '' : 'QUERYPOOL_JOURNAL_URL'].filter(Boolean).join(' and ')
  // The dashboard never starts embedded servers, so the catalogue's remedies, which offer them, would mislead here.
  const remedy = `Set ${missing} to the servers that your runs use.`
  if (!redisUrl)
    throw new QueryPoolError('QP_REDIS_UNREACHABLE', `The dashboard needs ${missing}, which is not set.`, { remedy })
  if (!journalUrl)
    throw new QueryPoolError('QP_JOURNAL_UNREACHABLE', `The dashboard needs ${missing}, which is not set.`, { remedy })
  return Object.freeze({ redisUrl, journalUrl, port: readPort(environment.QUERYPOOL_DASHBOARD_PORT || '3000') })
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new QueryPoolError('QP_USAGE', `QUERYPOOL_DASHBOARD_PORT is "${text}", which is no port.`, {
    remedy: 'Set it to a number from 1 to 65535, or to 0 for any free port.',
  })
}
