import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Journal } from './journal.ts'

/**
 * A private run has one overseer, which holds this lock for as long as it lives; PostgreSQL lets go of it when the
 * overseer dies, however it dies.
 * @returns the session that holds the lock (to be kept), or null when another overseer has it
 */
export async function takeOverseerLock(journal: Journal, run: string): Promise<PoolClient | null> {
  const client = await journal.pool.connect()
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS taken', lockOf(run))
  if (rows[0]?.taken) return client
  client.release()
  return null
}

/** Whether a private run has a living overseer. */
export async function hasOverseer(journal: Journal, run: string): Promise<boolean> {
  const { rowCount } = await journal.pool.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND classid = ($1::bigint & 4294967295)::oid AND objid = ($2::bigint & 4294967295)::oid`,
    lockOf(run),
  )
  return (rowCount ?? 0) > 0
}

function lockOf(run: string): [number, number] {
  return [7_367_646, createHash('sha256').update(run).digest().readInt32BE(0)]
}
