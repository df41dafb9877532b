import { type ClientBase, DatabaseError, escapeLiteral } from 'pg'
import { placeLock } from './snapshot-holders.ts'

/** Names by which a snapshot can be imported now, and which start of which server it is of. */
export interface HeldSnapshot {
  readonly server: string
  readonly ids: readonly string[]
}

/** What a session that holds a snapshot has to say of it. */
export interface TakenSnapshot {
  /** The name by which others import it from this session. */
  readonly id: string
  readonly pid: number
  readonly server: string
  readonly lsn: string
  readonly takenAt: Date
}

// Tells servers apart, and a server before a restart from the same one afterwards. Names of snapshots are not enough for
// that: on another server, or after a restart, the same name may be that of another snapshot.
const serverSql = 'extract(epoch FROM pg_postmaster_start_time())::text'

/** Which start of which server a session is on. */
export async function readServer(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ server: string }>(`SELECT ${serverSql} AS server`)
  return rows[0]?.server ?? ''
}

/**
 * Begins a read-only transaction that sees a held snapshot; nothing else may have been done in it before.
 * @returns `gone`: nobody has it any more under one of these names; `elsewhere`: this session is on another server, or on
 * the same one after a restart. In both cases no transaction is left
 */
export async function beginInSnapshot(
  client: ClientBase,
  { server, ids }: HeldSnapshot,
): Promise<'begun' | 'gone' | 'elsewhere'> {
  for (const id of ids) {
    try {
      await client.query(
        `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT ${escapeLiteral(id)}`,
      )
      if ((await readServer(client)) === server) return 'begun'
    } catch (error) {
      if (!isGone(error)) throw error
    }
    await client.query('ROLLBACK')
  }
  return ids.length === 0 || (await readServer(client)) === server ? 'gone' : 'elsewhere'
}

// Of SET TRANSACTION SNAPSHOT: its transaction has ended, there is no such snapshot (before PostgreSQL 17 the name counts
// as malformed then).
const goneSqlStates = new Set(['55000', '42704', '22023'])

function isGone(error: unknown): boolean {
  return error instanceof DatabaseError && goneSqlStates.has(error.code ?? '')
}

/** Begins a read-only transaction that takes a snapshot of its own with its first statement. */
export async function beginNewSnapshot(client: ClientBase): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
}

/**
 * Takes a place among the holders of a generation's snapshot, for as long as the transaction goes on, and gives the
 * snapshot of the transaction to others.
 * @returns null when the place is taken
 */
export async function holdSnapshot(
  client: ClientBase,
  installation: string,
  { run, generation, place }: { readonly run: string; readonly generation: number; readonly place: number },
): Promise<TakenSnapshot | null> {
  const lock = placeLock(installation, run, generation, place)
  const { rows } = await client.query<TakenSnapshot & { taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${lock.run}, ${lock.place}) AS taken, pg_backend_pid() AS pid,
       set_config('application_name', 'qp:${installation}:${run}:snapshot', true) AS name,
       pg_export_snapshot() AS id, clock_timestamp() AS "takenAt", ${serverSql} AS server,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS lsn`,
  )
  const [held] = rows
  return held?.taken ? held : null
}
