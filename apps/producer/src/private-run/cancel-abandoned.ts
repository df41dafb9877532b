import { finishRun, requestCancel } from '@querypool/shared/journal'
import type { Services } from '../services/index.ts'

/**
 * Ends a private run whose processes are gone: nobody can work for it, and its backends have ended with their workers.
 * What has no result is cancelled.
 */
export async function cancelAbandoned(services: Services, run: string, by: string): Promise<void> {
  await requestCancel(services.journal, run, by)
  await services.journal.pool.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
     SELECT q.run, r.generation, q.position, 'cancelled', coalesce(j.attempt, 0), clock_timestamp(),
       jsonb_build_object('code', 'QP_CANCELLED', 'message', 'cancelled by ' || $2::text)
     FROM querypool.run r JOIN querypool.query q ON q.run = r.id
     LEFT JOIN querypool.job j ON j.run = q.run AND j.job = q.job
     WHERE r.id = $1 ON CONFLICT DO NOTHING`,
    [run, by],
  )
  await services.journal.pool.query('UPDATE querypool.job SET settled = true WHERE run = $1', [run])
  await finishRun(services.journal, run)
}
