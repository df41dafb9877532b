import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Journal } from './journal.ts'

/** The lock of a private run's overseer, held until it is released. */
export interface OverseerLock {
  release(): void
}

const retakeMs = 1000

/**
 * A private run has one overseer, which holds this lock for as long as it lives; PostgreSQL lets go of it when the
 * overseer dies, however it dies. When the journal goes away, it is taken again as soon as the journal is back.
 *
 * @param onLost told when another overseer has taken it meanwhile: this one has to stop
 * @returns the lock, or null when another overseer has it
 */
export async function takeOverseerLock(
  journal: Journal,
  run: string,
  onLost: () => void,
): Promise<OverseerLock | null> {
  let held: PoolClient | null = null
  let released = false
  const retake = (): void => {
    held?.release(true)
    held = null
    if (!released) setTimeout(() => void again().catch(retake), retakeMs).unref()
  }
  const again = async (): Promise<void> => {
    if (released) return
    held = await tryLock(journal, run, retake)
    if (held === null) onLost()
  }
  held = await tryLock(journal, run, retake)
  if (held === null) return null
  return {
    release: () => {
      released = true
      held?.release(true)
      held = null
    },
  }
}

async function tryLock(journal: Journal, run: string, onError: () => void): Promise<PoolClient | null> {
  const client = await journal.pool.connect()
  try {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS taken', lockOf(run))
    if (rows[0]?.taken) {
      client.once('error', onError)
      return client
    }
  } catch (error) {
    client.release(true)
    throw error
  }
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
