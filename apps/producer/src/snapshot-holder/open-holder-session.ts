import { addressOf, type ResolvedDatabase } from '@querypool/shared/config'
import { connectionOptions } from '@querypool/shared/database'
import pg, { type Client } from 'pg'

// A holder does nothing in its transaction for hours, which a server may be set to end.
const timeouts = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
]
// So that the server finds out within half a minute when the machine of a holder is gone without a word.
const keepalives = { tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '4' }

/**
 * Opens a session that a transaction may stay open in for as long as it takes.
 * @param onEnd told when it has ended, by whomever
 */
export async function openHolderSession(database: ResolvedDatabase, onEnd: () => void): Promise<Client> {
  const client = new pg.Client({
    ...connectionOptions(addressOf(database)),
    application_name: 'querypool-snapshot',
    keepAliveInitialDelayMillis: 10_000,
  })
  client.on('error', () => {})
  client.on('end', onEnd)
  await client.connect()
  const settings = [...timeouts.map((name) => [name, '0']), ...Object.entries(keepalives)]
  // Older servers do not know all of them.
  await client.query(
    `SELECT set_config(s.name, given.value, false) FROM pg_settings s
     JOIN unnest($1::text[], $2::text[]) AS given(name, value) USING (name)`,
    [settings.map(([name]) => name), settings.map(([, value]) => value)],
  )
  return client
}
