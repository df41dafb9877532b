import type { PoolClient } from 'pg'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import type { RegisteredHolder } from './unreleased-snapshots.ts'

/** When and where a snapshot was taken. */
export interface SnapshotOrigin {
  /** Where the server's log was then. */
  readonly lsn: string
  readonly takenAt: Date
  /** Which start of which server it is of. */
  readonly server: string
}

/**
 * Says that somebody holds the snapshot of a generation, from which moment on its queries may begin in it.
 * @param origin of a snapshot that was taken anew: a generation has only one. Null: it was imported from another holder
 * @returns false when it is not to be held: it is not wanted any more, or somebody else has taken one before
 */
export async function registerHolder(
  journal: Journal,
  { run, generation }: { readonly run: string; readonly generation: number },
  holder: RegisteredHolder,
  origin: SnapshotOrigin | null,
): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    // Locked, so that a cancel or a loss comes before, and is seen, or after, and sees the holder.
    const wanted = await client.query(
      `SELECT FROM querypool.run WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running')
         AND cancel_requested_at IS NULL AND stopped_at IS NULL FOR SHARE`,
      [run, generation],
    )
    if (wanted.rowCount === 0) return false
    if (origin !== null && !(await isFirst(client, run, generation, holder.id, origin))) return false
    await client.query(
      `INSERT INTO querypool.snapshot_holder AS known (run, generation, place, id, pid) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (run, generation, place) DO UPDATE
       SET id = excluded.id, pid = excluded.pid, since = excluded.since`,
      [run, generation, holder.place, holder.id, holder.pid],
    )
    await client.query("SELECT pg_notify('querypool_run', $1)", [run])
    return true
  })
}

async function isFirst(
  client: PoolClient,
  run: string,
  generation: number,
  id: string,
  { lsn, takenAt, server }: SnapshotOrigin,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE querypool.snapshot SET id = $3, lsn = $4, taken_at = $5, server = $6
     WHERE run = $1 AND generation = $2 AND taken_at IS NULL`,
    [run, generation, id, lsn, takenAt, server],
  )
  return rowCount === 1
}

/**
 * Takes holders off the register whose server processes are gone, with an event that says so.
 * @returns how many; one that has been followed in its place since is not among them
 */
export async function forgetHolders(
  journal: Journal,
  { run, generation }: { readonly run: string; readonly generation: number },
  gone: readonly RegisteredHolder[],
): Promise<void> {
  await journal.pool.query(
    `WITH forgotten AS (
       DELETE FROM querypool.snapshot_holder h USING unnest($3::int[], $4::int[]) AS g(place, pid)
       WHERE h.run = $1 AND h.generation = $2 AND h.place = g.place AND h.pid = g.pid RETURNING h.pid
     )
     INSERT INTO querypool.event (run, code, message)
     SELECT $1, 'QP_SNAPSHOT_HOLDER_LOST', 'A holder of the snapshot had ended: server process ' || pid || '.'
     FROM forgotten`,
    [run, generation, gone.map(({ place }) => place), gone.map(({ pid }) => pid)],
  )
}
