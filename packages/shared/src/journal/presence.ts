import pg, { type Client, type Pool } from 'pg'
import { connectTimeoutMs, keepAlive } from '../database/index.ts'
import type { Journal } from './journal.ts'

// The lock that every overseer of an installation shares for as long as it lives; its second half is free for no run.
const presenceLock = [7_367_648, 0] as const
const retryMs = 1000

/**
 * Says that an overseer of the installation is there, until it is closed or the process ends: a shared lock in the journal.
 * When the journal goes away it is taken again.
 */
export function announceOverseer(journal: Journal): { close(): Promise<void> } {
  let closed = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  const again = (): void => {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(() => void take().catch(again), retryMs)
  }
  const take = async (): Promise<void> => {
    if (closed) return
    client = new pg.Client({
      connectionString: journal.url,
      application_name: 'querypool-overseer',
      connectionTimeoutMillis: connectTimeoutMs,
      ...keepAlive,
    })
    client.on('error', () => {})
    client.on('end', again)
    await client.connect()
    await client.query('SELECT pg_advisory_lock_shared($1, $2)', [...presenceLock])
  }
  void take().catch(again)
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

/** How many overseers of the installation live, private ones not counted. */
export function countOverseers(journal: Journal): Promise<number> {
  return countOverseersBy(journal.pool)
}

/** The same, asked over any connection to the journal's database. */
export async function countOverseersBy(client: Pool | Client): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = $1 AND objid = $2`,
    [...presenceLock],
  )
  return rowCount ?? 0
}
