import type { PoolClient } from 'pg'
import type { Argument, Effect, ParameterSlot } from '../batch/index.ts'
import { grouping, groupQueries, type RankedJob, rankJobs, type WaitingQuery } from '../run/index.ts'
import { type Columns, rowsOf, selectColumns } from './columns.ts'
import { findRoom } from './find-room.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'

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
  /** Of jobs that wait for a worker the one with the least goes first. */
  readonly rank: number
  readonly attempt: number
  /** Not before this instant; null: at once. */
  readonly notBefore: Date | null
  /** Whether its queries must see the snapshot of their generation. */
  readonly sharedSnapshot: boolean
  readonly queries: readonly QueryToRun[]
}

/** A query that waits for a job, with how long the path that begins with it is expected to take; infinite: unknown. */
interface UnclaimedQuery extends WaitingQuery {
  readonly pathMs: number
}

// So many queries are looked through at once, however many jobs there is room for: enough for twenty full jobs.
const mostQueries = 5000

/**
 * Claims queries of a run that no job carries yet and that wait for no other one, longest expected path first, until its
 * window is full or some thousands are claimed, and makes jobs of them: of long ones one each, of short ones one for
 * several, see `groupQueries`. The order is that of plans (`compareTurns`). Nothing is claimed while its window has no room
 * (`roomForJobs`), before the shared snapshot of its generation is taken, when the run is over, or cancelled.
 * @param generation the one that whoever claims works for: nothing is claimed in another
 * @param atOnce how many of the queries the workers that are there run at once; null: it is not known, the slots of the run count
 */
export async function claimJobs(
  journal: Journal,
  run: string,
  generation: number,
  atOnce: number | null = null,
): Promise<OpenJob[]> {
  if ((await findRoom(journal.pool, run, generation, atOnce)) === null) return []
  const jobs = await inTransaction(journal.pool, async (client) => {
    await client.query(
      `UPDATE querypool.run SET state = 'running', started_at = coalesce(started_at, clock_timestamp())
       WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
         AND stopped_at IS NULL`,
      [run, generation],
    )
    // Looked for again now that the run is locked: somebody else may have claimed meanwhile.
    const room = await findRoom(client, run, generation, atOnce)
    if (room === null) return []
    const waiting = await readUnclaimed(client, run, Math.min(room.jobs * grouping.most, mostQueries))
    const jobs = groupQueries(waiting, room).slice(0, room.jobs)
    return addJobs(client, run, jobs, room.hasNeeds ? await readRanked(client, run) : null)
  })
  return jobs.length === 0 ? [] : readOpenJobs(journal, run, jobs)
}

/** The first queries that no job carries, in the order in which they are to be done. */
async function readUnclaimed(client: PoolClient, run: string, most: number): Promise<UnclaimedQuery[]> {
  const { rows } = await client.query<UnclaimedQuery>(
    `SELECT position, effect, timeout_ms AS "timeoutMs", expected_ms AS "expectedMs",
       coalesce(expected_ms + rest_ms, 'infinity') AS "pathMs", prior_attempts AS "priorAttempts", lost_workers AS "lostWorkers"
     FROM querypool.query WHERE run = $1 AND job IS NULL
     ORDER BY expected_ms + rest_ms DESC, rest_ms DESC, cost_magnitude DESC, position LIMIT $2`,
    [run, most],
  )
  return rows
}

/** The open jobs of a run, by the paths that begin with their longest queries. */
async function readRanked(client: PoolClient, run: string): Promise<RankedJob[]> {
  const { rows } = await client.query<RankedJob>(
    `SELECT coalesce(j.rank, j.job) AS rank, max(coalesce(q.expected_ms + q.rest_ms, 'infinity')) AS "pathMs"
     FROM querypool.job j
     CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = j.run AND job = j.job ${oneByOne}) AS q
     WHERE j.run = $1 AND NOT j.settled GROUP BY j.job, j.rank`,
    [run],
  )
  return rows
}

/**
 * Writes jobs of a run that is locked.
 * @param open the jobs among which they are ranked; null: each by its number
 * @returns their numbers
 */
async function addJobs(
  client: PoolClient,
  run: string,
  jobs: readonly UnclaimedQuery[][],
  open: readonly RankedJob[] | null,
): Promise<number[]> {
  if (jobs.length === 0) return []
  const { rows } = await client.query<{ last: number }>(
    'UPDATE querypool.run SET last_job = last_job + $2 WHERE id = $1 RETURNING last_job AS last',
    [run, jobs.length],
  )
  const before = (rows[0]?.last ?? 0) - jobs.length
  const numbers = jobs.map((_, index) => before + index + 1)
  const carried = jobs.flatMap((queries, index) => queries.map(({ position }) => [position, numbers[index]] as const))
  await client.query(
    `UPDATE querypool.query q SET job = c.job FROM unnest($2::int[], $3::int[]) AS c(position, job)
     WHERE q.run = $1 AND q.position = c.position`,
    [run, carried.map(([position]) => position), carried.map(([, job]) => job)],
  )
  const claimed = jobs.map(([first], index) => ({ rank: numbers[index] ?? 0, pathMs: first?.pathMs ?? 0 }))
  await client.query(
    `INSERT INTO querypool.job (run, job, generation, attempt, lost_workers, rank)
     SELECT r.id, j.job, r.generation, 1 + j.prior, j.lost, j.rank
     FROM querypool.run r, unnest($2::int[], $3::int[], $4::int[], $5::int[]) AS j(job, prior, lost, rank) WHERE r.id = $1`,
    [
      run,
      numbers,
      jobs.map(([first]) => first?.priorAttempts ?? 0),
      jobs.map(([first]) => first?.lostWorkers ?? 0),
      open === null ? [] : rankJobs(open, claimed),
    ],
  )
  return numbers
}

const queriesByColumn = selectColumns<QueryToRun>({
  position: 'q.position',
  name: 'q.name',
  sql: 'q.sql',
  slots: 'q.slots',
  arguments: 'q.arguments',
  effect: 'q.effect',
  timeoutMs: 'q.timeout_ms',
  maxRows: 'q.max_rows',
  maxBytes: 'q.max_bytes',
})

/**
 * The open jobs of a run with what they still have to run, in the order of their numbers; none of a run that is ending.
 * @param jobs only these; all when absent
 */
export async function readOpenJobs(journal: Journal, run: string, jobs?: readonly number[]): Promise<OpenJob[]> {
  const { rows } = await journal.pool.query<{
    generation: number
    query_count: number
    job: number
    rank: number
    attempt: number
    not_before: Date | null
    shared_snapshot: boolean
    queries: Columns<QueryToRun>
  }>(
    `SELECT j.generation, n.query_count, j.job, coalesce(j.rank, j.job) AS rank, j.attempt, j.not_before, n.shared_snapshot,
       ${queriesByColumn} AS queries
     FROM querypool.job j JOIN querypool.run n ON n.id = j.run
     CROSS JOIN LATERAL (
       SELECT * FROM querypool.query WHERE run = j.run AND job = j.job ORDER BY position ${oneByOne}) AS q
     WHERE j.run = $1 AND NOT j.settled AND n.cancel_requested_at IS NULL AND n.stopped_at IS NULL AND ($2::int[] IS NULL OR j.job = ANY ($2))
       AND NOT EXISTS (SELECT FROM querypool.result r
         WHERE r.run = q.run AND r.generation = j.generation AND r.position = q.position ${oneByOne})
     GROUP BY j.generation, n.query_count, j.job, j.rank, j.attempt, j.not_before, n.shared_snapshot ORDER BY j.job`,
    [run, jobs ?? null],
  )
  return rows.map((row) => ({
    run,
    generation: row.generation,
    queryCount: row.query_count,
    job: row.job,
    rank: row.rank,
    attempt: row.attempt,
    notBefore: row.not_before,
    sharedSnapshot: row.shared_snapshot,
    queries: rowsOf(row.queries),
  }))
}
