import { resolve } from 'node:path'
import { readConfig, readSecret, readServerUrl, type SecretReference } from '@querypool/shared/config'
import { InvalidDefinition, QueryPoolError } from '@querypool/shared/errors'
import { readPort } from '@querypool/shared/health'
import { isLoopback } from './access/refuse-foreign.ts'

/** What environment and configuration say, read once per process. */
export interface Settings {
  /** REDIS_URL, or what REDIS_URL_FILE holds: where the queues are. */
  readonly redisUrl: string
  /** QUERYPOOL_JOURNAL_URL, or what QUERYPOOL_JOURNAL_URL_FILE holds: the PostgreSQL database that holds the journal. */
  readonly journalUrl: string
  /** QUERYPOOL_DASHBOARD_HOST: the address to listen on, 127.0.0.1 by default. */
  readonly host: string
  /** QUERYPOOL_DASHBOARD_PORT: the port, 3000 by default; 0: any free one. */
  readonly port: number
  /** QUERYPOOL_DASHBOARD_TOKEN, or what the file in QUERYPOOL_DASHBOARD_TOKEN_FILE holds; null: everybody on this machine may in. */
  readonly token: string | null
  /** The databases of the configuration, by name. */
  readonly databases: readonly string[]
}

const shortestToken = 16

/**
 * Reads the settings. An empty variable counts as none.
 * @throws QP_REDIS_UNREACHABLE or QP_JOURNAL_UNREACHABLE when an address is missing, QP_USAGE for a port that is none,
 * QP_DASHBOARD_TOKEN, QP_DASHBOARD_OPEN, QP_SECRET_UNREADABLE, what reading the configuration throws
 */
export async function readSettings(environment: NodeJS.ProcessEnv): Promise<Settings> {
  const redisUrl = readServerUrl('REDIS_URL', environment)
  const journalUrl = readServerUrl('QUERYPOOL_JOURNAL_URL', environment)
  const missing = [redisUrl ? '' : 'REDIS_URL', journalUrl ? '' : 'QUERYPOOL_JOURNAL_URL'].filter(Boolean).join(' and ')
  // This program never starts embedded servers, so the catalogue's remedies, which offer them, would mislead here.
  const remedy = `Set ${missing} to the servers that your runs use, or start it with \`querypool dashboard\`.`
  if (!redisUrl)
    throw new QueryPoolError('QP_REDIS_UNREACHABLE', `The dashboard needs ${missing}, which is not set.`, { remedy })
  if (!journalUrl)
    throw new QueryPoolError('QP_JOURNAL_UNREACHABLE', `The dashboard needs ${missing}, which is not set.`, { remedy })
  const host = environment.QUERYPOOL_DASHBOARD_HOST || '127.0.0.1'
  const port = readPort('QUERYPOOL_DASHBOARD_PORT', environment.QUERYPOOL_DASHBOARD_PORT || '3000')
  const token = await readToken(environment)
  if (token === null && !isLoopback(host))
    throw new QueryPoolError('QP_DASHBOARD_OPEN', `Others could reach ${host}, and the dashboard has no token.`)
  const { databases } = await readConfig(environment)
  return Object.freeze({ redisUrl, journalUrl, host, port, token, databases: [...databases.keys()] })
}

async function readToken(environment: NodeJS.ProcessEnv): Promise<string | null> {
  const file = environment.QUERYPOOL_DASHBOARD_TOKEN_FILE
  const isGiven = Boolean(environment.QUERYPOOL_DASHBOARD_TOKEN)
  if (isGiven && file)
    throw new QueryPoolError('QP_DASHBOARD_TOKEN', 'The token is both in the environment and in a file.')
  if (!isGiven && !file) return null
  const reference: SecretReference = file
    ? { kind: 'file', path: resolve(file) }
    : { kind: 'env', name: 'QUERYPOOL_DASHBOARD_TOKEN' }
  const read = await readSecret(reference, 'token of the dashboard', environment)
  if ('fault' in read) throw new InvalidDefinition([read.fault])
  if (!/^[\x21-\x7e]*$/.test(read.value))
    throw new QueryPoolError('QP_DASHBOARD_TOKEN', 'The token has a space, or a character that no header can carry.')
  if (read.value.length < shortestToken)
    throw new QueryPoolError('QP_DASHBOARD_TOKEN', `The token has only ${read.value.length} characters.`)
  return read.value
}
