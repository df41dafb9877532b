import { finishRun } from './finish-run.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import type { RunView } from './read-run.ts'
import { withPublications } from './with-publications.ts'

/**
 * Ends a private run whose processes are gone and whose cancel was requested: what has no result is cancelled. Nobody can
 * reach its database any more, but the backends of dead workers end by themselves.
 * @param report puts the completion report of the run as it ends
 */
export async function cancelAbandoned(
  journal: Journal,
  run: string,
  report: (ended: RunView) => Promise<void>,
): Promise<void> {
  await inTransaction(journal.pool, async (client) => {
    await client.query(
      withPublications(`INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
       SELECT q.run, r.generation, q.position, 'cancelled', coalesce(j.attempt, 0), clock_timestamp(),
         jsonb_build_object('code', 'QP_CANCELLED', 'message', 'cancelled by ' || r.cancel_requested_by)
       FROM querypool.run r JOIN querypool.query q ON q.run = r.id
       LEFT JOIN querypool.job j ON j.run = q.run AND j.job = q.job
       WHERE r.id = $1 AND r.cancel_requested_at IS NOT NULL ON CONFLICT DO NOTHING`),
      [run],
    )
    await client.query('UPDATE querypool.job SET settled = true WHERE run = $1', [run])
    await client.query('UPDATE querypool.query SET running_since = NULL WHERE run = $1', [run])
  })
  await finishRun(journal, run, report)
}
