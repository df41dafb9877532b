import pg, { type ClientConfig, type Pool } from 'pg'
import { parse } from 'pg-connection-string'
import { QueryPoolError } from '../errors/index.ts'

/** How long a connection attempt may take before the server counts as unreachable. */
export const connectTimeoutMs = 8000

/**
 * Keepalives of a connection to PostgreSQL: a server that is gone without a word is noticed within half a minute, for Node
 * asks again every second, ten times at the most.
 */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const

// A control query takes a few ms. On a connection that is dead without a word it must not hold up all that comes after.
const controlTimeoutMs = 20_000

/** Where a database is: its URL, and how the connection is encrypted where the URL does not say so. */
export interface ServerAddress {
  readonly url: string
  readonly ssl?: ClientConfig['ssl'] | undefined
}

/** The options of a node-postgres connection to that address. */
export function connectionOptions({ url, ssl }: ServerAddress): ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    ...keepAlive,
    ...(ssl === undefined ? {} : { ssl }),
  }
}

/**
 * A server and database as it may be shown: `host:port/database`, without user and password.
 * @throws QP_DATABASE_URL when it isn't a PostgreSQL URL
 */
export function describeServer(url: string): string {
  if (!/^postgres(ql)?:\/\//.test(url)) throw malformed('it does not begin with postgres:// or postgresql://')
  let parsed: ReturnType<typeof parse>
  try {
    new URL(url)
    parsed = parse(url)
  } catch {
    throw malformed('it cannot be taken apart')
  }
  return `${parsed.host || 'localhost'}:${parsed.port || '5432'}/${parsed.database || parsed.user || ''}`
}

/** Whose sessions those of a database's URL are, and with which options they begin. @throws QP_DATABASE_URL */
export function sessionOf(url: string): string {
  describeServer(url)
  const { user, options } = parse(url)
  return JSON.stringify([user ?? null, options ?? null])
}

// The URL itself is not repeated: it holds a password.
function malformed(why: string): QueryPoolError {
  return new QueryPoolError('QP_DATABASE_URL', `The database URL is malformed: ${why}.`)
}

/**
 * A small pool of connections to a target database, for control (cancel, fences), not for queries of runs.
 * Errors of idle connections are swallowed: the next query finds out.
 * @throws QP_DATABASE_URL
 */
export function openTargetPool(address: ServerAddress, maxConnections: number): Pool {
  describeServer(address.url)
  const pool = new pg.Pool({
    ...connectionOptions(address),
    max: maxConnections,
    query_timeout: controlTimeoutMs,
    application_name: 'querypool-control',
  })
  pool.on('error', () => {})
  return pool
}

/**
 * Finds out whether a PostgreSQL answers, with its version number such as 180004.
 * @throws QP_DATABASE_UNREACHABLE with the address and the cause, QP_DATABASE_URL
 */
export async function checkReachable(address: ServerAddress): Promise<{ versionNumber: number }> {
  const where = describeServer(address.url)
  const client = new pg.Client(connectionOptions(address))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ n: number }>("SELECT current_setting('server_version_num')::int AS n")
    return { versionNumber: rows[0]?.n ?? 0 }
  } catch (cause) {
    throw new QueryPoolError('QP_DATABASE_UNREACHABLE', `PostgreSQL at ${where} cannot be reached: ${causeOf(cause)}`, {
      cause,
    })
  } finally {
    await client.end().catch(() => {})
  }
}

/** Why a connection failed, in one line: Node hides the causes of a failed dual-stack connect in an AggregateError. */
export function causeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
