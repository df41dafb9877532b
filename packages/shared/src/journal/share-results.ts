import type { PoolClient } from 'pg'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
import { recordOnly, recordResults } from './record-results.ts'
import { settleNeeds } from './settle-needs.ts'
import { sharedColumns, sharedValues } from './shared-from.ts'

/** The result of a query of a run before. */
export interface CachedResult {
  readonly run: string
  readonly generation: number
  readonly position: number
  readonly artifact: string
}

/** A query of which it is to be seen whether another has its result. */
export interface AskingQuery {
  readonly position: number
  /** Whether it waits for another of its run that is the same; else it asks for a result of a run before. */
  readonly isFollower: boolean
  /** The latest such result that began within its time; null: there is none. */
  readonly cached: CachedResult | null
}

// However often a query has failed since it succeeded, no more of its runs than that are looked through.
const mostRuns = 100

/**
 * The first queries of a run of which it is to be seen whether another has their result, at most `most` of them.
 * @param storeId the store in which the rows must be
 */
export async function readAsking(journal: Journal, run: string, storeId: string, most: number): Promise<AskingQuery[]> {
  const { rows } = await journal.pool.query<AskingQuery>(
    `SELECT q.position, q.same_as IS NOT NULL AS "isFollower", to_jsonb(c) AS cached
     FROM (SELECT * FROM querypool.query WHERE run = $1 AND job = -1 ORDER BY position LIMIT $3) AS q
     LEFT JOIN LATERAL (
       SELECT x.run, x.generation, x.position, x.artifact
       FROM (SELECT run, position FROM (
               SELECT run, position FROM querypool.query WHERE identity = q.identity AND run <> q.run ${oneByOne}) AS same
             ORDER BY run DESC LIMIT ${mostRuns}) AS e
       JOIN querypool.run r ON r.id = e.run AND r.store_id = $2 AND r.removing_at IS NULL
       JOIN querypool.result x ON x.run = e.run AND x.position = e.position
       WHERE q.same_as IS NULL AND x.state = 'succeeded'
         AND x.started_at >= clock_timestamp() - q.cache_ms * interval '1 millisecond'
       ORDER BY x.started_at DESC LIMIT 1) AS c ON true
     ORDER BY q.position`,
    [run, storeId, most],
  )
  return rows
}

/**
 * Gives queries of a run's generation the results of others. Those for which there is none wait to be claimed; one that is
 * the same as another of its run gets that one's result with it. Does nothing in a run that is ending, or was followed by
 * another generation; of any number who do it at once, one does.
 * @param asking as they were read, without the cached results that can no longer be read
 * @returns whether the run goes on
 */
export async function shareResults(
  journal: Journal,
  run: string,
  generation: number,
  asking: readonly AskingQuery[],
): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    // Such a lock keeps nobody from referring to this run meanwhile, so that two runs can take results of each other.
    const going = await client.query(
      `SELECT FROM querypool.run WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running')
         AND cancel_requested_at IS NULL AND stopped_at IS NULL FOR NO KEY UPDATE`,
      [run, generation],
    )
    if (going.rowCount === 0) return false
    const isKept = await keepRuns(client, asking)
    const taken = asking.filter(({ cached }) => cached !== null && isKept.has(cached.run))
    await takeCached(client, run, generation, taken)
    const followers = asking.filter(({ isFollower }) => isFollower).map(({ position }) => position)
    await shareOwn(client, run, generation, followers)
    await settleNeeds(client, run, generation, { endedAt: asking.map(({ position }) => position) })
    await client.query(
      `UPDATE querypool.query SET job = CASE WHEN same_as IS NOT NULL THEN 0 END
       WHERE run = $1 AND job = -1 AND position = ANY ($2)`,
      [run, asking.map(({ position }) => position)],
    )
    await client.query("SELECT pg_notify('querypool_run', $1)", [run])
    return true
  })
}

/**
 * Gives queries of a run, which is locked, the results of those of it that are the same, where these are there.
 * @param positions only these; null: all that have no result
 */
export async function shareOwn(
  client: PoolClient,
  run: string,
  generation: number,
  positions: readonly number[] | null,
): Promise<void> {
  if (positions?.length === 0) return
  await client.query(
    recordOnly(`INSERT INTO querypool.result (${sharedColumns})
       SELECT ${sharedValues({ run: 'f.run', generation: 'x.generation', position: 'f.position' })}
       FROM querypool.query f
       CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE first_as = f.same_as ${oneByOne}) AS l
       CROSS JOIN LATERAL (SELECT * FROM querypool.result
         WHERE run = f.run AND generation = $2 AND position = l.position ${oneByOne}) AS x
       WHERE f.run = $1 AND f.same_as IS NOT NULL AND ($3::int[] IS NULL OR f.position = ANY ($3))
       ORDER BY f.position ON CONFLICT DO NOTHING`),
    [run, generation, positions],
  )
}

/** Keeps the runs in which cached results were executed from being removed while they are taken. @returns the runs they are of, as far as that holds */
async function keepRuns(client: PoolClient, asking: readonly AskingQuery[]): Promise<Set<string>> {
  const cached = asking.flatMap((query) => query.cached ?? [])
  if (cached.length === 0) return new Set()
  const { rows } = await client.query<{ run: string; origin: string }>(
    `SELECT DISTINCT x.run, coalesce(x.shared_run, x.run) AS origin
     FROM unnest($1::text[], $2::int[], $3::int[]) AS c(run, generation, position)
     CROSS JOIN LATERAL (SELECT * FROM querypool.result
       WHERE run = c.run AND generation = c.generation AND position = c.position ${oneByOne}) AS x`,
    [cached.map(({ run }) => run), cached.map(({ generation }) => generation), cached.map(({ position }) => position)],
  )
  const kept = await client.query<{ id: string }>(
    'SELECT id FROM querypool.run WHERE id = ANY ($1) AND removing_at IS NULL ORDER BY id FOR KEY SHARE',
    [rows.map(({ origin }) => origin)],
  )
  const ids = new Set(kept.rows.map(({ id }) => id))
  const lost = new Set(rows.filter(({ origin }) => !ids.has(origin)).map(({ run }) => run))
  return new Set(rows.map(({ run }) => run).filter((run) => !lost.has(run)))
}

async function takeCached(
  client: PoolClient,
  run: string,
  generation: number,
  taken: readonly AskingQuery[],
): Promise<void> {
  if (taken.length === 0) return
  await client.query(
    recordResults(
      `INSERT INTO querypool.result (${sharedColumns})
       SELECT ${sharedValues({ run: '$1', generation: '$2', position: 'taken.position' })}
       FROM unnest($3::int[], $4::text[], $5::int[], $6::int[]) AS c(position, run, generation, from_position)
       JOIN taken ON taken.position = c.position
       CROSS JOIN LATERAL (SELECT * FROM querypool.result
         WHERE run = c.run AND generation = c.generation AND position = c.from_position ${oneByOne}) AS x
       CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = c.run AND position = c.from_position ${oneByOne}) AS l
       ORDER BY taken.position ON CONFLICT DO NOTHING`,
      `taken AS (UPDATE querypool.query SET job = 0 WHERE run = $1 AND job = -1 AND position = ANY ($3) RETURNING position),`,
    ),
    [
      run,
      generation,
      taken.map(({ position }) => position),
      taken.map(({ cached }) => cached?.run),
      taken.map(({ cached }) => cached?.generation),
      taken.map(({ cached }) => cached?.position),
    ],
  )
}
