import type { PoolClient } from 'pg'
import { maxLostSnapshots } from '../run/index.ts'
import { outcomeCounts } from './count-outcomes.ts'
import { failGeneration } from './fail-run.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { keepGeneration, resetQueries } from './next-generation.ts'
import { oneByOne } from './one-by-one.ts'
import { settleNeeds } from './settle-needs.ts'
import { wantSnapshot } from './snapshot-generation.ts'

const by = 'QueryPool, as the snapshot was lost'

/**
 * What becomes of a run whose snapshot nobody holds any more: the next generation begins, in which all queries run again in
 * a new snapshot; what has no result in this one fails with QP_SNAPSHOT_LOST. After the third loss only the latter. A
 * generation in which nothing is left to do needs its snapshot no more, and goes on to its end.
 * @returns whether something has changed: of any number who find out at once, one changes it
 */
export async function loseSnapshot(journal: Journal, run: string, generation: number): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    // In the order in which an attempt is settled.
    await client.query('SELECT FROM querypool.job WHERE run = $1 AND NOT settled ORDER BY job FOR UPDATE', [run])
    const { rows } = await client.query<{ lost: number }>(
      `SELECT snapshots_lost + 1 AS lost FROM querypool.run r
       WHERE id = $1 AND generation = $2 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
         AND stopped_at IS NULL AND (input_open OR query_count > (
           SELECT c.succeeded + c.failed + c.cancelled + c.skipped FROM ${outcomeCounts})) FOR UPDATE`,
      [run, generation],
    )
    const found = rows[0]
    if (found === undefined) return false
    if (found.lost < maxLostSnapshots) await supersede(client, run, generation)
    else await failGeneration(client, run, generation, errorOf(`The snapshot was lost ${found.lost} times.`))
    return true
  })
}

async function supersede(client: PoolClient, run: string, generation: number): Promise<void> {
  const next = generation + 1
  const message = `The snapshot of generation ${generation} was lost, so all queries run again in a new one.`
  await client.query(
    `INSERT INTO querypool.result (run, generation, position, state, attempts, worker, started_at, finished_at, error)
     SELECT q.run, $2, q.position, 'failed', coalesce(j.attempt - (q.running_since IS NULL)::int, q.prior_attempts), q.worker,
       q.running_since, clock_timestamp(), $3::jsonb
     FROM querypool.query q
     LEFT JOIN LATERAL (SELECT * FROM querypool.job WHERE run = q.run AND job = q.job ${oneByOne}) AS j ON true
     WHERE q.run = $1 ON CONFLICT DO NOTHING`,
    [run, generation, JSON.stringify(errorOf(message))],
  )
  await client.query(
    `UPDATE querypool.run SET finished_at = clock_timestamp(), state = CASE WHEN EXISTS (
       SELECT FROM querypool.result WHERE run = $1 AND generation = $2 AND state = 'succeeded') THEN 'partial'
       ELSE 'failed' END WHERE id = $1`,
    [run, generation],
  )
  await keepGeneration(client, run, 'superseded')
  await resetQueries(client, run, next)
  await wantSnapshot(client, run, next)
  await client.query(
    `UPDATE querypool.run SET generation = $2, state = 'queued', started_at = NULL, finished_at = NULL,
       snapshots_lost = snapshots_lost + 1, retried_at = clock_timestamp(), retried_by = $3 WHERE id = $1`,
    [run, next, by],
  )
  await settleNeeds(client, run, next, { from: 0 })
  await client.query("INSERT INTO querypool.event (run, code, message) VALUES ($1, 'QP_SNAPSHOT_LOST', $2)", [
    run,
    message,
  ])
  await client.query("SELECT pg_notify('querypool_run', $1), pg_notify('querypool_run', $2)", [run, `${run}/${next}`])
}

function errorOf(message: string): { code: string; message: string } {
  return { code: 'QP_SNAPSHOT_LOST', message }
}
