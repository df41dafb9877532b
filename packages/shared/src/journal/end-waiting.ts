import type { AttemptId } from '../result/index.ts'
import { endedBy, endingOf } from './ending.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'
import { recordResults } from './record-results.ts'

/**
 * Settles attempts of a run that is ending and that nobody will ever begin: they were taken out of Redis while they waited.
 * One that is not the current one of its job changes nothing, nor does one at a write: Redis may have been wiped while that
 * ran, so the ledger is asked first, see `settle-silent.ts` of the overseer.
 */
export async function endWaiting(journal: Journal, run: string, attempts: readonly AttemptId[]): Promise<void> {
  if (attempts.length === 0) return
  await inTransaction(journal.pool, async (client) => {
    const { rows } = await client.query<{ job: number } & Parameters<typeof endingOf>[0]>(
      `SELECT j.job, r.stopped_by AS "stoppedBy", r.stopped_error AS "stoppedError", r.cancel_requested_by AS "cancelRequestedBy"
       FROM querypool.job j JOIN querypool.run r ON r.id = j.run
       JOIN jsonb_to_recordset($2::jsonb) AS a(generation int, job int, attempt int)
         ON a.generation = j.generation AND a.job = j.job AND a.attempt = j.attempt
       WHERE j.run = $1 AND j.generation = r.generation AND NOT j.settled AND NOT EXISTS (
         SELECT FROM querypool.query q WHERE q.run = j.run AND q.job = j.job AND q.effect = 'write') ORDER BY j.job FOR UPDATE OF j`,
      [run, JSON.stringify(attempts)],
    )
    const ending = rows[0] ? endingOf(rows[0]) : null
    if (ending === null) return
    const jobs = rows.map(({ job }) => job)
    const [unbegun, begun] = [endedBy(ending, false), endedBy(ending, true)]
    await client.query(
      recordResults(`INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
       SELECT q.run, j.generation, q.position, CASE WHEN j.attempt > 1 THEN $3 ELSE $4 END, j.attempt - 1,
         clock_timestamp(), CASE WHEN j.attempt > 1 THEN $5::jsonb ELSE $6::jsonb END
       FROM querypool.job j
       CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = j.run AND job = j.job ${oneByOne}) AS q
       WHERE j.run = $1 AND j.job = ANY ($2) ON CONFLICT DO NOTHING`),
      [run, jobs, begun.state, unbegun.state, JSON.stringify(begun.error), JSON.stringify(unbegun.error)],
    )
    await client.query('UPDATE querypool.job SET settled = true WHERE run = $1 AND job = ANY ($2)', [run, jobs])
    await client.query(
      `UPDATE querypool.query SET running_since = NULL, worker = NULL, pid = NULL
       WHERE run = $1 AND job = ANY ($2) AND running_since IS NOT NULL`,
      [run, jobs],
    )
  })
}
