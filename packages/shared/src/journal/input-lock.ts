import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { Journal } from './journal.ts'

const inputLock = 7_367_649

/**
 * Takes the lock that says that somebody is still adding queries to a run; PostgreSQL lets go of it when the session ends,
 * however it ends. Shared, so that two runs of one number do not wait for each other.
 */
export async function takeInputLock(client: ClientBase, run: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock_shared($1, $2)', [inputLock, lockNumber(run)])
}

/** Whether a run takes more queries. */
export async function isInputOpen(journal: Journal, run: string): Promise<boolean> {
  const { rows } = await journal.pool.query<{ isOpen: boolean }>(
    'SELECT input_open AS "isOpen" FROM querypool.run WHERE id = $1',
    [run],
  )
  return rows[0]?.isOpen ?? false
}

/** The runs that take more queries although nobody is there any more to add them. */
export async function readLostInputs(journal: Journal): Promise<string[]> {
  const { rows } = await journal.pool.query<{ run: string }>(
    "SELECT id AS run FROM querypool.run WHERE state IN ('queued', 'running') AND input_open AND NOT private",
  )
  if (rows.length === 0) return []
  const held = await journal.pool.query<{ n: number }>(
    `SELECT objid::bigint::int8::float8 AS n FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = $1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [inputLock],
  )
  const numbers = new Set(held.rows.map(({ n }) => n))
  return rows.map(({ run }) => run).filter((run) => !numbers.has(lockNumber(run) >>> 0))
}

function lockNumber(run: string): number {
  return createHash('sha256').update(run).digest().readInt32BE(0)
}
