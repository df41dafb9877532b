import pg, { type Client, escapeIdentifier } from 'pg'
import { type ClockReading, readClock } from '../clock/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import { type Powers, readPowers } from './powers.ts'
import { causeOf, connectionOptions, describeServer, type ServerAddress } from './target.ts'

/** How many connections a server has room for, now. */
export interface ConnectionRoom {
  /** Of the server, less those that it keeps for superusers and others; of the database and of the role: null: no limit. */
  readonly server: number
  readonly database: number | null
  readonly role: number | null
  /** How many connections that are not QueryPool's are open: on the server, to the database, of the role. */
  readonly serverOthers: number
  readonly databaseOthers: number
  readonly roleOthers: number
}

/** What a target database is, as it was found with the role of its URL. */
export interface DatabaseFacts {
  readonly version: string
  readonly versionNumber: number
  readonly role: string
  /** Why the role of the configuration cannot be taken; null: it can, or there is none. */
  readonly setRoleRefusal: string | null
  readonly powers: Powers
  readonly room: ConnectionRoom
  readonly isEncrypted: boolean
  /** Whether it ends a statement whose client is gone. */
  readonly noticesGoneClients: boolean
  readonly clock: ClockReading
}

/**
 * Finds out what a target database is and what its role can do; changes nothing.
 * @param role that sessions take; null: none
 * @throws QP_DATABASE_UNREACHABLE with the address and the cause, QP_DATABASE_URL
 */
export async function inspectDatabase(address: ServerAddress, role: string | null): Promise<DatabaseFacts> {
  const where = describeServer(address.url)
  const client = new pg.Client({ ...connectionOptions(address), application_name: 'querypool-doctor' })
  client.on('error', () => {})
  try {
    await client.connect()
    return await inspect(client, role)
  } catch (cause) {
    throw new QueryPoolError('QP_DATABASE_UNREACHABLE', `PostgreSQL at ${where} cannot be reached: ${causeOf(cause)}`, {
      cause,
    })
  } finally {
    await client.end().catch(() => {})
  }
}

async function inspect(client: Client, role: string | null): Promise<DatabaseFacts> {
  const { rows } = await client.query<{ version: string; number: number; role: string; isEncrypted: boolean }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
       session_user AS role, coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS "isEncrypted"`,
  )
  const { version = '', number = 0, role: sessionRole = '', isEncrypted = false } = rows[0] ?? {}
  return {
    version: version.split(' ')[0] ?? version,
    versionNumber: number,
    role: sessionRole,
    isEncrypted,
    setRoleRefusal: role === null ? null : await refusalOf(client, `SET ROLE ${escapeIdentifier(role)}; RESET ROLE`),
    noticesGoneClients: (await refusalOf(client, "SET client_connection_check_interval = '5s'")) === null,
    powers: await readPowers(client),
    room: await readRoom(client),
    clock: await readClock(async () => {
      const { rows: read } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now')
      return read[0]?.now.getTime() ?? 0
    }),
  }
}

async function refusalOf(client: Client, sql: string): Promise<string | null> {
  return client.query(sql).then(() => null, causeOf)
}

/** Limits of -1 are none. Those of superusers do not count. Sessions of other roles show no type, only their database. */
async function readRoom(client: Client): Promise<ConnectionRoom> {
  const { rows } = await client.query<ConnectionRoom>(
    `WITH other AS (
       SELECT datname = current_database() AS here, usename = session_user AS mine FROM pg_stat_activity
       WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
         AND NOT (application_name LIKE 'qp:%' OR application_name LIKE 'querypool-%'))
     SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS server,
       (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS database,
       (SELECT CASE WHEN rolsuper OR rolconnlimit < 0 THEN NULL ELSE rolconnlimit END
        FROM pg_roles WHERE rolname = session_user) AS role,
       count(*)::int AS "serverOthers", count(*) FILTER (WHERE here)::int AS "databaseOthers",
       count(*) FILTER (WHERE mine)::int AS "roleOthers" FROM other`,
  )
  const room = rows[0]
  if (!room) throw new Error('the server said nothing of its connections')
  return room
}
