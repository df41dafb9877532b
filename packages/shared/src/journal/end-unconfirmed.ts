import { type Ending, endedBy } from './ending.ts'
import { finishRun } from './finish-run.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
import type { RunView } from './read-run.ts'
import { recordOnly } from './record-results.ts'

/**
 * Ends a run whose cancel was requested although nobody has seen that nothing of it is left in its database: what has no
 * result is cancelled. That stands in its events; overseers go on to end what is left there.
 *
 * @param why what could not be confirmed, a sentence without its end
 * @param report puts the completion report of the run as it ends
 * @returns false when the run was over
 */
export async function endUnconfirmed(
  journal: Journal,
  run: string,
  why: string,
  report: (ended: RunView) => Promise<void>,
): Promise<boolean> {
  const isForced = await inTransaction(journal.pool, async (client) => {
    // In the order in which an attempt is settled.
    await client.query('SELECT FROM querypool.job WHERE run = $1 AND NOT settled ORDER BY job FOR UPDATE', [run])
    const { rows } = await client.query<{ by: string }>(
      `UPDATE querypool.run SET cancel_unconfirmed_at = clock_timestamp(), stopped_at = NULL, stopped_by = NULL,
         stopped_error = NULL
       WHERE id = $1 AND state IN ('queued', 'running') AND cancel_requested_at IS NOT NULL
       RETURNING cancel_requested_by AS by`,
      [run],
    )
    const asked = rows[0]
    if (asked === undefined) return false
    const ending: Ending = { why: 'cancelled', by: asked.by }
    await client.query(
      recordOnly(`INSERT INTO querypool.result
         (run, generation, position, state, attempts, worker, started_at, finished_at, error)
       SELECT q.run, r.generation, q.position, 'cancelled', coalesce(j.attempt - (q.running_since IS NULL)::int, q.prior_attempts),
         q.worker, q.running_since, clock_timestamp(), $2::jsonb
       FROM querypool.run r JOIN querypool.query q ON q.run = r.id
       LEFT JOIN LATERAL (SELECT * FROM querypool.job WHERE run = q.run AND job = q.job ${oneByOne}) AS j ON true
       WHERE r.id = $1 ON CONFLICT DO NOTHING`),
      [run, JSON.stringify(endedBy(ending, true).error)],
    )
    await client.query('UPDATE querypool.job SET settled = true WHERE run = $1', [run])
    await client.query('UPDATE querypool.query SET running_since = NULL WHERE run = $1', [run])
    await client.query("INSERT INTO querypool.event (run, code, message) VALUES ($1, 'QP_CANCEL_UNCONFIRMED', $2)", [
      run,
      `Ended without knowing that nothing of it runs in its database any more: ${why}.`,
    ])
    return true
  })
  await finishRun(journal, run, report)
  return isForced
}

/** Notes that nothing of a run's generation that was ended unconfirmed is left in its database. */
export async function confirmEnd(
  journal: Journal,
  { run, generation }: Pick<RunView, 'run' | 'generation'>,
): Promise<void> {
  await journal.pool.query(
    `WITH confirmed AS (
       UPDATE querypool.run SET cancel_unconfirmed_at = NULL
       WHERE id = $1 AND generation = $2 AND cancel_unconfirmed_at IS NOT NULL AND state NOT IN ('queued', 'running')
       RETURNING id
     )
     INSERT INTO querypool.event (run, code, message)
     SELECT id, 'QP_CANCEL_CONFIRMED', 'An overseer has seen that nothing of the run is left in its database.'
     FROM confirmed`,
    [run, generation],
  )
}
