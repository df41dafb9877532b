import { QueryPoolError } from '@querypool/shared/errors'
import { Client } from 'pg'
import { isFault } from './is-fault.ts'

/** pg's client can let go of the process (as node's sockets can), which its types do not know. */
type ReferencedClient = Client & { ref(): void; unref(): void }

/** A session in the embedded PostgreSQL's database `postgres`. */
export interface PostgresSession {
  readonly client: ReferencedClient
  /** Whether the server still holds this session, as far as we have heard. */
  isOpen(): boolean
  close(): Promise<void>
}

const answerMs = 20_000
const tooManyConnections = '53300'

/**
 * Opens a session as superuser under a name that pg_stat_activity shows; undefined while nobody answers at that port
 * or the server is starting or stopping, and where the one that answers isn't ours (it doesn't know our password).
 * @throws QP_EMBEDDED_START where the server has too many connections
 */
export async function openSession(port: number, password: string, name: string): Promise<PostgresSession | undefined> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
  }) as ReferencedClient
  let open = true
  client.on('error', () => {
    open = false
  })
  client.on('end', () => {
    open = false
  })
  try {
    await client.connect()
  } catch (fault) {
    await client.end().catch(() => undefined)
    if (!isFault(fault, tooManyConnections)) return undefined
    throw new QueryPoolError('QP_EMBEDDED_START', 'The embedded PostgreSQL has as many connections as it can take', {
      cause: fault,
      remedy: 'End some of the programs that use it, or set QUERYPOOL_JOURNAL_URL to a server of your own.',
    })
  }
  return { client, isOpen: () => open, close: () => client.end().catch(() => undefined) }
}
