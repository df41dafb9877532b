import type { PoolClient } from 'pg'
import { QueryPoolError } from '../errors/index.ts'
import { isTerminal, type RunState } from '../run/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { keepGeneration, resetQueries } from './next-generation.ts'
import { settleNeeds } from './settle-needs.ts'
import { wantSnapshot } from './snapshot-generation.ts'

/** How a run is to be done once more. */
export interface Retry {
  readonly run: string
  /** The generation that did not succeed. */
  readonly after: number
  /** Who asks, for the record. */
  readonly by: string
  /** How many queries may run at once; null: as many as before. */
  readonly slots: number | null
}

/**
 * Opens the next generation of a run that is over, in one transaction: the run is queued again with what did not succeed,
 * and the results of what did are carried over. The generation before stays as it ended. From the commit on the run will
 * be done. Of any number who ask at once, one opens it.
 *
 * @returns the new generation
 * @throws QP_RUN_NOT_FOUND, QP_RUN_NOT_OVER also when somebody else was faster, QP_NOTHING_TO_RETRY
 */
export async function openGeneration(journal: Journal, retry: Retry): Promise<number> {
  const { run, after } = retry
  const next = after + 1
  return inTransaction(journal.pool, async (client) => {
    const sharesSnapshot = await refuseUnlessOver(client, retry)
    // In one snapshot or in none: what has succeeded is of the one before.
    const carried = sharesSnapshot ? 0 : await carryOver(client, run, after)
    await keepGeneration(client, run, 'over')
    const reset = await resetQueries(client, run, next)
    if (reset === 0) throw nothingToRetry(run)
    if (sharesSnapshot) await wantSnapshot(client, run, next)
    await client.query(
      `UPDATE querypool.run SET generation = $2, state = 'queued', started_at = NULL, finished_at = NULL,
         cancel_requested_at = NULL, cancel_requested_by = NULL, cancel_unconfirmed_at = NULL, stopped_at = NULL,
         stopped_by = NULL, stopped_error = NULL, unended_from = NULL, snapshots_lost = 0, retried_at = clock_timestamp(), retried_by = $3,
         slots = least(coalesce($4, slots), max_parallel) WHERE id = $1`,
      [run, next, retry.by, retry.slots],
    )
    await settleNeeds(client, run, next, { from: 0 })
    const what = sharesSnapshot ? 'all of it run again in a new snapshot' : 'what did not succeed run again'
    const message = `${retry.by} had ${what} (${reset} of ${carried + reset} queries).`
    await client.query(`INSERT INTO querypool.event (run, code, message) VALUES ($1, 'QP_RUN_RETRIED', $2)`, [
      run,
      message,
    ])
    await client.query("SELECT pg_notify('querypool_run', $1), pg_notify('querypool_run', $2)", [run, `${run}/${next}`])
    return next
  })
}

/**
 * Locks the run, so that whoever else retries, ends or removes it waits, and then finds out.
 * @returns whether its queries share a snapshot
 */
async function refuseUnlessOver(client: PoolClient, { run, after }: Retry): Promise<boolean> {
  const { rows } = await client.query<{ state: RunState; generation: number; shared_snapshot: boolean }>(
    'SELECT state, generation, shared_snapshot FROM querypool.run WHERE id = $1 AND removing_at IS NULL FOR UPDATE',
    [run],
  )
  const found = rows[0]
  if (!found) throw new QueryPoolError('QP_RUN_NOT_FOUND', `There is no run "${run}".`)
  if (found.generation !== after)
    throw new QueryPoolError('QP_RUN_NOT_OVER', `Somebody else has had the run ${run} retried meanwhile.`)
  if (!isTerminal(found.state))
    throw new QueryPoolError('QP_RUN_NOT_OVER', `The run ${run} is not over: it is ${found.state}.`)
  if (found.shared_snapshot && found.state === 'succeeded') throw nothingToRetry(run)
  return found.shared_snapshot
}

function nothingToRetry(run: string): QueryPoolError {
  return new QueryPoolError('QP_NOTHING_TO_RETRY', `All queries of the run ${run} have succeeded.`)
}

/** A result that succeeded is one of the next generation too, by reference: the same artifact, attempts and times. */
async function carryOver(client: PoolClient, run: string, after: number): Promise<number> {
  const { rowCount } = await client.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, artifact, "offset", bytes, rows, sha256,
       worker, started_at, finished_at, error, shared_run, shared_query, shared_position, carried_from)
     SELECT run, generation + 1, position, state, attempts, artifact, "offset", bytes, rows, sha256,
       worker, started_at, finished_at, error, shared_run, shared_query, shared_position, coalesce(carried_from, generation)
     FROM querypool.result WHERE run = $1 AND generation = $2 AND state = 'succeeded' ORDER BY position`,
    [run, after],
  )
  return rowCount ?? 0
}
