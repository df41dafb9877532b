import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { withPublications } from './with-publications.ts'

/**
 * Asks for a run to be cancelled: from now on nothing of it is claimed, and what no job carries yet is cancelled for good.
 * Asking again changes nothing; a run that is over stays as it is.
 *
 * @param by who asks, for the record
 * @returns whether the run was there and not over
 */
export async function requestCancel(
  journal: Journal,
  run: string,
  by: string,
  when: 'in any case' | 'if its input is open' = 'in any case',
): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    const asked = await client.query<{ generation: number }>(
      `UPDATE querypool.run SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
         cancel_requested_by = coalesce(cancel_requested_by, $2), input_open = false
       WHERE id = $1 AND state IN ('queued', 'running') AND (input_open OR NOT $3) RETURNING generation`,
      [run, by, when === 'if its input is open'],
    )
    const generation = asked.rows[0]?.generation
    if (generation === undefined) return false
    await client.query(
      withPublications(
        `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
         SELECT $1, $2, position, 'cancelled', 0, clock_timestamp(),
           jsonb_build_object('code', 'QP_CANCELLED', 'message', 'cancelled by ' || $3::text || ' before it started')
         FROM waiting ON CONFLICT DO NOTHING`,
        'waiting AS (UPDATE querypool.query SET job = 0 WHERE run = $1 AND job IS NULL RETURNING position),',
      ),
      [run, generation, by],
    )
    await client.query("SELECT pg_notify('querypool_run', $1)", [run])
    return true
  })
}
