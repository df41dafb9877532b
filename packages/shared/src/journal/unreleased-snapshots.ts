import type { Journal } from './journal.ts'

/** Who says that it holds a snapshot. */
export interface RegisteredHolder {
  /** 1 or 2: each place is held by one at a time. */
  readonly place: number
  /** What the snapshot is to be imported by, as long as this holder lives. */
  readonly id: string
  /** The server process. */
  readonly pid: number
}

/** The shared snapshot of a generation, from its opening until nothing of it is left in the database. */
export interface UnreleasedSnapshot {
  readonly run: string
  readonly generation: number
  readonly database: string
  /** `wanted`: queries are still to run in it; `ending`: none, for the run is ending; `past`: its generation is over. */
  readonly need: 'wanted' | 'ending' | 'past'
  /** Which start of which server it is of; null: it was not taken yet. */
  readonly server: string | null
  readonly holders: readonly RegisteredHolder[]
}

const need = `CASE WHEN s.generation < r.generation OR r.state NOT IN ('queued', 'running') THEN 'past'
  WHEN coalesce(r.cancel_requested_at, r.stopped_at) IS NOT NULL THEN 'ending' ELSE 'wanted' END`

/**
 * The snapshots for which something is to be done or watched.
 * @param privateRun the one private run that is served; null: all that aren't private
 */
export async function readUnreleased(journal: Journal, privateRun: string | null): Promise<UnreleasedSnapshot[]> {
  const { rows } = await journal.pool.query<UnreleasedSnapshot>(
    `SELECT s.run, s.generation, r.database, ${need} AS need, s.server,
       coalesce((SELECT jsonb_agg(jsonb_build_object('place', h.place, 'id', h.id, 'pid', h.pid) ORDER BY h.place)
         FROM querypool.snapshot_holder h WHERE h.run = s.run AND h.generation = s.generation), '[]') AS holders
     FROM querypool.snapshot s JOIN querypool.run r ON r.id = s.run
     WHERE s.released_at IS NULL AND CASE WHEN $1::text IS NULL THEN NOT r.private ELSE r.id = $1 END
     ORDER BY s.run, s.generation`,
    [privateRun],
  )
  return rows
}

/** Whether queries of a generation are still to run in its snapshot. */
export async function isSnapshotWanted(journal: Journal, run: string, generation: number): Promise<boolean> {
  const { rowCount } = await journal.pool.query(
    `SELECT FROM querypool.snapshot s JOIN querypool.run r ON r.id = s.run
     WHERE s.run = $1 AND s.generation = $2 AND ${need} = 'wanted'`,
    [run, generation],
  )
  return rowCount === 1
}

/** The number of the last job of a generation, with which its backends are told from those of a later one. */
export async function readLastJob(journal: Journal, run: string, generation: number): Promise<number> {
  const { rows } = await journal.pool.query<{ last: number }>(
    'SELECT coalesce(max(job), 0) AS last FROM querypool.job WHERE run = $1 AND generation <= $2',
    [run, generation],
  )
  return rows[0]?.last ?? 0
}

/** Notes that nothing of a snapshot is left in the database. */
export async function markReleased(journal: Journal, run: string, generation: number): Promise<void> {
  await journal.pool.query(
    `WITH released AS (
       UPDATE querypool.snapshot SET released_at = clock_timestamp()
       WHERE run = $1 AND generation = $2 AND released_at IS NULL RETURNING run, generation
     )
     DELETE FROM querypool.snapshot_holder USING released
     WHERE snapshot_holder.run = released.run AND snapshot_holder.generation = released.generation`,
    [run, generation],
  )
}
