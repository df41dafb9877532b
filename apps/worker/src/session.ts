import { connectTimeoutMs } from '@querypool/shared/database'
import pg, { type Client } from 'pg'

/** A session of the target database with its server process's number. */
export interface Session {
  readonly client: Client
  readonly pid: number
}

// What the text of a result depends on is the same for every session, whatever the role or the server says.
const pinned = `
  SET standard_conforming_strings = on; SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, MDY';
  SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex';
  SET client_min_messages = warning; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0`

/** Opens a session. Errors that come while nothing runs are swallowed: the next statement finds out. */
export async function openSession(databaseUrl: string): Promise<Session> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'querypool-worker',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    await prepareSession(client)
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return { client, pid: rows[0]?.pid ?? 0 }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/** Makes a session as new after a query, so that nothing of one reaches another. */
export async function cleanSession(client: Client): Promise<void> {
  await client.query('DISCARD ALL')
  await prepareSession(client)
}

async function prepareSession(client: Client): Promise<void> {
  await client.query(pinned)
  // Ends the backend of a dead worker within seconds. Servers before 14 and some platforms do not know it.
  await client.query("SET client_connection_check_interval = '5s'").catch(() => {})
}
