import type { Client } from 'pg'
import { QueryPoolError } from '../errors/index.ts'
import { readServer } from './snapshot.ts'

/**
 * Makes sure that sessions lead to one server, and each to a server process of its own: only then can they share a snapshot.
 *
 * @param sessions two or more, none in a transaction
 * @throws QP_SNAPSHOT_SERVERS_DIFFER, QP_SNAPSHOT_POOLER
 */
export async function checkSnapshotServer(sessions: readonly [Client, Client, ...Client[]]): Promise<void> {
  const servers = new Set(await Promise.all(sessions.map(readServer)))
  if (servers.size > 1)
    throw new QueryPoolError(
      'QP_SNAPSHOT_SERVERS_DIFFER',
      `Of ${sessions.length} connections to the database, not all lead to the same server: there are ${servers.size}.`,
    )
  for (const [index, session] of sessions.entries())
    await refusePooler(session, sessions[(index + 1) % sessions.length] as Client)
}

/** A pooler gives the server process of a session to the other one, whose transaction keeps it, and then takes another. */
async function refusePooler(session: Client, other: Client): Promise<void> {
  const before = await readPid(session)
  await other.query('BEGIN')
  try {
    const [ofOther, after] = [await readPid(other), await readPid(session)]
    if (before !== after || before === ofOther)
      throw new QueryPoolError(
        'QP_SNAPSHOT_POOLER',
        `One connection to the database had the server processes ${before} and ${before === after ? 'of another one' : after}.`,
      )
  } finally {
    await other.query('ROLLBACK')
  }
}

async function readPid(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid ?? 0
}
