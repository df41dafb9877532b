import type { PoolClient } from 'pg'
import { endUnclaimed } from './end-unclaimed.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import type { QueryError } from './settle-attempt.ts'

/**
 * Has all that is left of a run's generation fail, because the run cannot go on; overseers are told to end what runs. Does
 * nothing when it is over, ending already, or was followed by another generation.
 */
export async function failRun(journal: Journal, run: string, generation: number, error: QueryError): Promise<void> {
  await inTransaction(journal.pool, (client) => failGeneration(client, run, generation, error))
}

/** The same as part of a transaction. */
export async function failGeneration(
  client: PoolClient,
  run: string,
  generation: number,
  error: QueryError,
): Promise<void> {
  const stopped = await client.query(
    `UPDATE querypool.run SET stopped_at = clock_timestamp(), stopped_error = $3, input_open = false
     WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
       AND stopped_at IS NULL`,
    [run, generation, JSON.stringify(error)],
  )
  if (stopped.rowCount === 0) return
  await endUnclaimed(client, run, generation, { why: 'failed', error })
  await client.query('INSERT INTO querypool.event (run, code, message) VALUES ($1, $2, $3)', [
    run,
    error.code,
    error.message,
  ])
  await client.query("SELECT pg_notify('querypool_run', $1), pg_notify('querypool_ending', $1)", [run])
}
