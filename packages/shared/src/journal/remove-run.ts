import type { AttemptId } from '../result/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'

/** Which runs are removed. */
export interface Removable {
  /** Only runs whose results are in this store. */
  readonly storeId: string
  /** Runs that ended longer ago than this, in ms; null: none for its age. */
  readonly runsMs: number | null
  /** All but the newest so many that have ended; null: none for their number. */
  readonly maxRuns: number | null
}

/** A run that is being removed. */
export interface RemovingRun {
  readonly run: string
  readonly private: boolean
  readonly database: string
  readonly lastDispatch: number
  readonly generation: number
  readonly lastJob: number
  /** The position of its last query that is left; -1: none is. */
  readonly lastPosition: number
}

// However many have ended since: somebody may still be reading its results.
const leastAgeMs = 3_600_000

// Its rows are read as those of another run.
const isReferredTo = `EXISTS (SELECT FROM querypool.result x JOIN querypool.run k ON k.id = x.run
  WHERE x.shared_run = c.id AND x.shared_run <> x.run AND k.removing_at IS NULL)`

/**
 * Marks runs for removal, the oldest first, at most so many: runs that are over, for an hour at least, wholly published and
 * told of, and whose results are not those of a run that is kept. From then on nobody finds them, and their keys are free.
 * @returns how many
 */
export async function markRemovable(journal: Journal, which: Removable, most: number): Promise<number> {
  return inTransaction(journal.pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM querypool.run c
       WHERE state NOT IN ('queued', 'running') AND removing_at IS NULL AND store_id = $1
         AND finished_at < clock_timestamp() - $4::float8 * interval '1 millisecond'
         AND (finished_at < clock_timestamp() - coalesce(keep_ms, $2::float8) * interval '1 millisecond'
           OR $3::bigint IS NOT NULL AND keep_ms IS NULL AND finished_at < (SELECT finished_at FROM querypool.run
             WHERE finished_at IS NOT NULL AND removing_at IS NULL ORDER BY finished_at DESC OFFSET $3::bigint - 1 LIMIT 1))
         AND NOT EXISTS (SELECT FROM querypool.publication p
           WHERE p.queue = c.publish AND p.run = c.id AND p.sending IS NULL)
         AND NOT EXISTS (SELECT FROM querypool.notification n WHERE n.run = c.id AND n.state = 'pending')
         AND NOT ${isReferredTo}
       ORDER BY finished_at LIMIT $5 FOR UPDATE SKIP LOCKED`,
      [which.storeId, which.runsMs, which.maxRuns, leastAgeMs, most],
    )
    // Looked for again now that nobody can take results of them any more: somebody may have done so meanwhile.
    const { rowCount } = await client.query(
      `UPDATE querypool.run c SET removing_at = clock_timestamp(), key = NULL WHERE id = ANY ($1) AND NOT ${isReferredTo}`,
      [rows.map(({ id }) => id)],
    )
    return rowCount ?? 0
  })
}

/** Runs of a store that are marked for removal, without those whose ids are given. */
export async function readRemoving(
  journal: Journal,
  storeId: string,
  without: readonly string[],
  most: number,
): Promise<RemovingRun[]> {
  const { rows } = await journal.pool.query<RemovingRun>(
    `SELECT id AS run, private, database, last_dispatch AS "lastDispatch", generation, last_job AS "lastJob",
       coalesce((SELECT max(position) FROM querypool.query q WHERE q.run = r.id), -1) AS "lastPosition"
     FROM querypool.run r
     WHERE removing_at IS NOT NULL AND store_id = $1 AND id <> ALL ($2) ORDER BY id LIMIT $3`,
    [storeId, without, most],
  )
  return rows
}

/** The last attempts of the jobs of a run whose numbers are above one and up to another. */
export async function readLastAttempts(
  journal: Journal,
  run: string,
  after: number,
  upTo: number,
): Promise<AttemptId[]> {
  const { rows } = await journal.pool.query<AttemptId>(
    'SELECT run, generation, job, attempt FROM querypool.job WHERE run = $1 AND job > $2 AND job <= $3',
    [run, after, upTo],
  )
  return rows
}

/** Deletes these jobs. */
export async function deleteJobs(journal: Journal, run: string, after: number, upTo: number): Promise<void> {
  await journal.pool.query('DELETE FROM querypool.job WHERE run = $1 AND job > $2 AND job <= $3', [run, after, upTo])
}

/** Deletes the queries of a run whose positions are above one and up to another, with their results and publications. */
export async function deleteQueries(journal: Journal, run: string, after: number, upTo: number): Promise<void> {
  // First what would have its result sent again after a loss of Redis.
  for (const table of ['publication', 'result', 'need', 'query'])
    await journal.pool.query(`DELETE FROM querypool.${table} WHERE run = $1 AND position > $2 AND position <= $3`, [
      run,
      after,
      upTo,
    ])
}

/** Deletes what is left of a run that is marked for removal: after that, nothing knows it any more. */
export async function deleteRun(journal: Journal, run: string): Promise<void> {
  await journal.pool.query(
    `WITH removed AS (DELETE FROM querypool.run WHERE id = $1 AND removing_at IS NOT NULL RETURNING id)
     DELETE FROM querypool.outcome_count WHERE run IN (SELECT id FROM removed)`,
    [run],
  )
}

/** What the journal says of the runs of these ids: whether each is over. Those that it does not know are absent. */
export async function readWhichAreOver(journal: Journal, runs: readonly string[]): Promise<Map<string, boolean>> {
  const { rows } = await journal.pool.query<{ run: string; isOver: boolean }>(
    `SELECT id AS run, state NOT IN ('queued', 'running') AS "isOver" FROM querypool.run WHERE id = ANY ($1)`,
    [runs],
  )
  return new Map(rows.map(({ run, isOver }) => [run, isOver]))
}
