import { forecastLarge, mostForecast, restOfRun } from '../plan/index.ts'
import type { Journal } from './journal.ts'
import { readQueries } from './read-queries.ts'
import type { RunView } from './read-run.ts'

/**
 * How long a run will probably still take, in ms: of one of up to 2,000 queries by its schedule, of a larger one by sums, for
 * which the journal looks at all that is left of it. Null when nobody can know.
 */
export async function readRest(journal: Journal, run: RunView, now: Date): Promise<number | null> {
  if (run.finishedAt !== null || run.cancelRequestedAt !== null || run.stoppedAt !== null) return null
  if (run.queryCount <= mostForecast) return restOfRun(run, await readQueries(journal, run), now)
  const { rows } = await journal.pool.query<{ left: number; unknown: number; leftMs: number; longestMs: number }>(
    `SELECT count(*)::int AS left, count(*) FILTER (WHERE expected_ms IS NULL)::int AS unknown,
       coalesce(sum(expected_ms), 0) AS "leftMs", coalesce(max(expected_ms + rest_ms), 0) AS "longestMs"
     FROM querypool.query q WHERE run = $1 AND NOT EXISTS (SELECT FROM querypool.result r
       WHERE r.run = q.run AND r.generation = $2 AND r.position = q.position)`,
    [run.run, run.generation],
  )
  const taken = await journal.pool.query<{ meanMs: number | null }>(
    `SELECT (extract(epoch FROM avg(finished_at - started_at)) * 1000)::float8 AS "meanMs" FROM querypool.result
     WHERE run = $1 AND generation = $2 AND state = 'succeeded'`,
    [run.run, run.generation],
  )
  const slots = run.private ? run.slots : run.counts.running
  const [sums] = rows
  return sums === undefined ? null : forecastLarge({ ...sums, meanMs: taken.rows[0]?.meanMs ?? null }, slots)
}
