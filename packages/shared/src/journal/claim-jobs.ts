import type { Pool, PoolClient } from 'pg'
import type { Argument, Effect, ParameterSlot } from '../batch/index.ts'
import { windowOfJobs } from '../run/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'

/** A query as a worker needs it. */
export interface QueryToRun {
  readonly position: number
  readonly name: string
  readonly sql: string
  readonly slots: readonly ParameterSlot[]
  readonly arguments: readonly Argument[]
  readonly effect: Effect
  readonly timeoutMs: number | null
  /** How many rows and bytes its result may have; null: any number. */
  readonly maxRows: number | null
  readonly maxBytes: number | null
}

/** A job that should be in Redis: its current attempt and the queries that it still has to run. */
export interface OpenJob {
  readonly run: string
  readonly generation: number
  /** How many queries its run has. */
  readonly queryCount: number
  readonly job: number
  readonly attempt: number
  /** Not before this instant; null: at once. */
  readonly notBefore: Date | null
  /** Whether its queries must see the snapshot of their generation. */
  readonly sharedSnapshot: boolean
  readonly queries: readonly QueryToRun[]
}

// The rest of the window is only claimed in strides, so that one addition to Redis carries many jobs.
const refillBelow = 0.75

/**
 * Claims queries of a run that no job carries yet, longest expected first, until its window is full, and makes a job of
 * each. The order is that of plans (`compareTurns`). Nothing is claimed while more than three quarters of the window are open, when the run is over, or cancelled.
 * @param generation the one that whoever claims works for: nothing is claimed in another
 */
export async function claimJobs(journal: Journal, run: string, generation: number): Promise<OpenJob[]> {
  if ((await countRoom(journal.pool, run, generation)) === 0) return []
  const jobs = await inTransaction(journal.pool, async (client) => {
    await client.query(
      `UPDATE querypool.run SET state = 'running', started_at = coalesce(started_at, clock_timestamp())
       WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
         AND stopped_at IS NULL`,
      [run, generation],
    )
    // Counted again now that the run is locked: somebody else may have claimed meanwhile.
    const room = await countRoom(client, run, generation)
    if (room === 0) return []
    const claimed = await client.query<{ job: number }>(
      `WITH picked AS (
         SELECT position, row_number() OVER (ORDER BY expected_ms DESC, cost_magnitude DESC, position) AS rank
         FROM (SELECT position, expected_ms, cost_magnitude FROM querypool.query WHERE run = $1 AND job IS NULL
               ORDER BY expected_ms DESC, cost_magnitude DESC, position LIMIT $2) AS next
       ), base AS (
         UPDATE querypool.run SET last_job = last_job + (SELECT count(*) FROM picked) WHERE id = $1
         RETURNING last_job - (SELECT count(*) FROM picked) AS before, generation
       ), carried AS (
         UPDATE querypool.query q SET job = base.before + picked.rank
         FROM picked, base WHERE q.run = $1 AND q.position = picked.position RETURNING q.job
       )
       INSERT INTO querypool.job (run, job, generation) SELECT $1, carried.job, base.generation FROM carried, base
       RETURNING job`,
      [run, room],
    )
    return claimed.rows.map((row) => row.job)
  })
  return jobs.length === 0 ? [] : readOpenJobs(journal, run, jobs)
}

/** How many jobs a run's window lacks; 0 also while it is not worth a stride, and when there is nothing to claim. */
async function countRoom(client: Pool | PoolClient, run: string, generation: number): Promise<number> {
  const { rows } = await client.query<{ slots: number; open: number }>(
    `SELECT slots, (SELECT count(*)::int FROM querypool.job WHERE run = $1 AND NOT settled) AS open
     FROM querypool.run
     WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
       AND stopped_at IS NULL
       AND (state = 'queued' OR EXISTS (SELECT FROM querypool.query WHERE run = $1 AND job IS NULL))`,
    [run, generation],
  )
  const state = rows[0]
  if (!state) return 0
  const window = windowOfJobs(state.slots)
  return state.open >= window * refillBelow ? 0 : window - state.open
}

/**
 * The open jobs of a run with what they still have to run, in the order of their numbers; none of a run that is ending.
 * @param jobs only these; all when absent
 */
export async function readOpenJobs(journal: Journal, run: string, jobs?: readonly number[]): Promise<OpenJob[]> {
  const { rows } = await journal.pool.query<{
    generation: number
    query_count: number
    job: number
    attempt: number
    not_before: Date | null
    shared_snapshot: boolean
    queries: QueryToRun[]
  }>(
    `SELECT j.generation, n.query_count, j.job, j.attempt, j.not_before, n.shared_snapshot,
       jsonb_agg(jsonb_build_object('position', q.position, 'name', q.name, 'sql', q.sql, 'slots', q.slots,
         'arguments', q.arguments, 'effect', q.effect, 'timeoutMs', q.timeout_ms,
         'maxRows', q.max_rows, 'maxBytes', q.max_bytes) ORDER BY q.position) AS queries
     FROM querypool.job j JOIN querypool.run n ON n.id = j.run
     JOIN querypool.query q ON q.run = j.run AND q.job = j.job
     WHERE j.run = $1 AND NOT j.settled AND n.cancel_requested_at IS NULL AND n.stopped_at IS NULL AND ($2::int[] IS NULL OR j.job = ANY ($2))
       AND NOT EXISTS (SELECT FROM querypool.result r
         WHERE r.run = q.run AND r.generation = j.generation AND r.position = q.position)
     GROUP BY j.generation, n.query_count, j.job, j.attempt, j.not_before, n.shared_snapshot ORDER BY j.job`,
    [run, jobs ?? null],
  )
  return rows.map((row) => ({
    run,
    generation: row.generation,
    queryCount: row.query_count,
    job: row.job,
    attempt: row.attempt,
    notBefore: row.not_before,
    sharedSnapshot: row.shared_snapshot,
    queries: row.queries,
  }))
}
