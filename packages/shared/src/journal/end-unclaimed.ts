import type { PoolClient } from 'pg'
import { type Ending, endedBy, endingOf } from './ending.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { recordResults } from './record-results.ts'

// Takes some tenths of a second.
const endedAtOnce = 20_000

// Those that have none because they wait for the result of another one end as that does.
const noJob = '(job IS NULL OR job < 0)'

/**
 * Ends queries of a run that no job carries yet, in file order, at most 20,000 of them, and those that wait for the results
 * of these. Part of the transaction that writes the ending, which locks the run; the rest is ended by `endMoreUnclaimed`.
 * @param from the position from which on there may be some
 */
export async function endUnclaimed(
  client: PoolClient,
  run: string,
  generation: number,
  ending: Ending,
  from = 0,
): Promise<void> {
  const { rows } = await client.query<{ count: number; last: number | null }>(
    `SELECT count(*)::int AS count, max(position) AS last FROM (
       SELECT position FROM querypool.query WHERE run = $1 AND ${noJob} AND position >= $2
       ORDER BY position LIMIT ${endedAtOnce}) AS waiting`,
    [run, from],
  )
  const { count = 0, last = null } = rows[0] ?? {}
  const { state, error } = endedBy(ending, false)
  if (last !== null)
    await client.query(
      recordResults(
        `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
         SELECT $1, $2, position, $3, prior_attempts, clock_timestamp(), $4::jsonb FROM querypool.query
         WHERE run = $1 AND ${noJob} AND position BETWEEN $5 AND $6 ORDER BY position ON CONFLICT DO NOTHING`,
      ),
      [run, generation, state, JSON.stringify(error), from, last],
    )
  await client.query('UPDATE querypool.run SET unended_from = $2 WHERE id = $1', [
    run,
    last === null || count < endedAtOnce ? null : last + 1,
  ])
}

/**
 * Ends some more queries of a run that is ending and that no job carries yet. Can be called by any number at once.
 * @returns whether there may be more
 */
export async function endMoreUnclaimed(journal: Journal, run: string, generation: number): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    const { rows } = await client.query<{ from: number } & Parameters<typeof endingOf>[0]>(
      `SELECT unended_from AS "from", stopped_by AS "stoppedBy", stopped_error AS "stoppedError",
         cancel_requested_by AS "cancelRequestedBy"
       FROM querypool.run WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running')
         AND unended_from IS NOT NULL FOR UPDATE`,
      [run, generation],
    )
    const ending = rows[0] ? endingOf(rows[0]) : null
    if (rows[0] === undefined || ending === null) return false
    await endUnclaimed(client, run, generation, ending, rows[0].from)
    await client.query("SELECT pg_notify('querypool_run', $1)", [run])
    return true
  })
}

/**
 * Has `endMoreUnclaimed` look at all queries of a run that is ending once more. For when nothing of it is open and yet it
 * lacks results: an attempt was being settled as the run came to its end, and gave back what it had not begun.
 */
export async function endUnclaimedAgain(journal: Journal, run: string, generation: number): Promise<void> {
  await journal.pool.query(
    `UPDATE querypool.run SET unended_from = 0 WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running')
       AND coalesce(cancel_requested_at, stopped_at) IS NOT NULL`,
    [run, generation],
  )
}
