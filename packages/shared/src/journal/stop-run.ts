import type { PoolClient } from 'pg'
import { endUnclaimed } from './end-unclaimed.ts'

/**
 * Stops a run whose batch wants that when a query fails: from now on nothing of it is claimed, what no job carries yet is
 * skipped, and overseers are told to end the rest. Part of the transaction that records the failure; only the first does
 * anything, and none once somebody has asked for a cancel.
 * @param position the query that has failed for good, in this generation of the run
 */
export async function stopRun(client: PoolClient, run: string, generation: number, position: number): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `UPDATE querypool.run r SET stopped_at = clock_timestamp(), stopped_by = q.name
     FROM querypool.query q
     WHERE r.id = $1 AND r.generation = $3 AND q.run = r.id AND q.position = $2 AND r.on_failure = 'stop' AND r.stopped_at IS NULL
       AND r.cancel_requested_at IS NULL AND r.state IN ('queued', 'running')
     RETURNING q.name`,
    [run, position, generation],
  )
  const stopped = rows[0]
  if (!stopped) return
  await endUnclaimed(client, run, generation, { why: 'stopped', by: stopped.name })
  const message = `${stopped.name} failed, so the rest of the run is not done.`
  await client.query("INSERT INTO querypool.event (run, code, message) VALUES ($1, 'QP_STOPPED', $2)", [run, message])
  await client.query("SELECT pg_notify('querypool_run', $1), pg_notify('querypool_ending', $1)", [run])
}
