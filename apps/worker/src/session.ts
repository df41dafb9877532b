import { addressOf, type ResolvedDatabase } from '@querypool/shared/config'
import { connectionOptions } from '@querypool/shared/database'
import pg, { type Client, escapeIdentifier } from 'pg'

/** A session of the target database with its server process's number. */
export interface Session {
  readonly client: Client
  readonly pid: number
  /** Statements that give a transaction, once it has begun, the settings that every query runs with. */
  readonly settings: string
  /** What format_type said of built-in types, by their numbers and modifiers. */
  readonly typeNames: Map<string, string>
}

// What the text of a result depends on is the same in every transaction, whatever the role or the server says.
const pinned = `
  SET LOCAL standard_conforming_strings = on; SET LOCAL client_encoding = 'UTF8'; SET LOCAL DateStyle = 'ISO, MDY';
  SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1;
  SET LOCAL bytea_output = 'hex'; SET LOCAL client_min_messages = warning;
  SET LOCAL idle_in_transaction_session_timeout = 0;`

// Ends the backend of a machine that is gone without a word within half a minute, where it waits for nothing but its own
// statement. No tcp_user_timeout: Linux would also end a connection whose worker waits for a slow store.
const keepalives =
  'SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 5; SET LOCAL tcp_keepalives_count = 3;'

// Ends the backend of a dead worker within seconds. Servers before 14 and some platforms do not know it.
const connectionCheck = "client_connection_check_interval = '5s'"

/** Opens a session. Errors that come while nothing runs are swallowed: the next statement finds out. */
export async function openSession(database: ResolvedDatabase): Promise<Session> {
  const client = new pg.Client({
    ...connectionOptions(addressOf(database)),
    application_name: 'querypool-worker',
  })
  client.on('error', () => {})
  await client.connect()
  try {
    const isCheckKnown = await client.query(`SET ${connectionCheck}`).then(
      () => true,
      () => false,
    )
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const settings = [pinned, keepalives, isCheckKnown && `SET LOCAL ${connectionCheck};`, setRole(database)]
    return { client, pid: rows[0]?.pid ?? 0, settings: settings.filter(Boolean).join(' '), typeNames: new Map() }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

function setRole({ role }: ResolvedDatabase): string {
  return role === null ? '' : `SET LOCAL ROLE ${escapeIdentifier(role)};`
}

/** Makes a session as new after a query, so that nothing of one reaches another. */
export async function cleanSession(client: Client): Promise<void> {
  await client.query('DISCARD ALL')
}
