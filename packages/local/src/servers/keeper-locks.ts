import type { Client } from 'pg'

/**
 * Session advisory locks in the database `postgres` of the embedded server, by which processes know of each other. The
 * server takes them back when the holder's connection ends, also after a kill -9.
 */
const lockSpace = 0x5150
const keeperLock = 1
const readyLock = 2

/** What the locks say: nobody keeps the servers, somebody does, or somebody does and both servers take work. */
export type KeeperState = 'absent' | 'starting' | 'ready'

/** Makes this session the keeper's; false if another one is. */
export async function tryToBecomeKeeper(session: Client): Promise<boolean> {
  const { rows } = await session.query<{ got: boolean }>(
    `SELECT pg_try_advisory_lock(${lockSpace}, ${keeperLock}) AS got`,
  )
  return rows[0]?.got === true
}

/** Says that both servers take work. */
export async function announceReady(session: Client): Promise<void> {
  await session.query(`SELECT pg_advisory_lock(${lockSpace}, ${readyLock})`)
}

/** Takes that back. */
export async function withdrawReady(session: Client): Promise<void> {
  await session.query(`SELECT pg_advisory_unlock(${lockSpace}, ${readyLock})`)
}

/** What a session in the database `postgres` can see of the keeper. */
export async function keeperState(session: Client): Promise<KeeperState> {
  const { rows } = await session.query<{ lock: number }>(
    `SELECT objid::int AS lock FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND classid = ${lockSpace} AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  const locks = rows.map((row) => row.lock)
  if (!locks.includes(keeperLock)) return 'absent'
  return locks.includes(readyLock) ? 'ready' : 'starting'
}
