import type { PoolClient } from 'pg'
import { endUnclaimed } from './end-unclaimed.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'

/**
 * Asks for a run to be cancelled: from now on nothing of it is claimed, and what no job carries yet is cancelled for good,
 * the first 20,000 queries at once, the others by `endMoreUnclaimed`.
 * Asking again changes nothing but that overseers are told again; a run that is over stays as it is.
 *
 * @param by who asks, for the record
 * @returns `over`: the run was over, or not there; `unbegun`: nothing of this
 *   generation has ever been handed out, nor will be
 */
export async function requestCancel(journal: Journal, run: string, by: string): Promise<'over' | 'unbegun' | 'asked'> {
  return inTransaction(journal.pool, (client) => askForCancel(client, run, by, 'in any case'))
}

/** As requestCancel, within a transaction. */
export async function askForCancel(
  client: PoolClient,
  run: string,
  by: string,
  when: 'in any case' | 'if its input is open',
): Promise<'over' | 'unbegun' | 'asked'> {
  const asked = await client.query<{ generation: number }>(
    `UPDATE querypool.run SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
       cancel_requested_by = coalesce(cancel_requested_by, $2), input_open = false
     WHERE id = $1 AND state IN ('queued', 'running') AND (input_open OR NOT $3)
     RETURNING generation`,
    [run, by, when === 'if its input is open'],
  )
  const found = asked.rows[0]
  if (found === undefined) return 'over'
  await endUnclaimed(client, run, found.generation, { why: 'cancelled', by })
  await client.query("SELECT pg_notify('querypool_run', $1), pg_notify('querypool_ending', $1)", [run])
  return (await hasBegun(client, run, found.generation)) ? 'asked' : 'unbegun'
}

/** Whether anything of a run's generation was handed out, or a snapshot taken for it. Asked with the run locked, so that nothing is being claimed. */
async function hasBegun(client: PoolClient, run: string, generation: number): Promise<boolean> {
  const begun = await client.query(
    `SELECT FROM querypool.job WHERE run = $1 AND generation = $2
     UNION ALL SELECT FROM querypool.snapshot WHERE run = $1 AND generation = $2 AND taken_at IS NOT NULL LIMIT 1`,
    [run, generation],
  )
  return begun.rowCount !== 0
}
