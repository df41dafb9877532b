import type { PoolClient } from 'pg'
import { oneByOne } from './one-by-one.ts'
import type { Settlement } from './settle-attempt.ts'

/** How many of a query's latest durations are kept: enough for some with each of a few values of its parameters. */
const keptDurations = 15

/** What takes less, and was expected to or did so the last time, teaches nothing, in ms. */
const tinyMs = 5

/** Adds how long the succeeded queries of a settlement took to what is known of their batch on their database. */
export async function learnDurations(client: PoolClient, settlement: Settlement): Promise<void> {
  const took = settlement.verdicts.flatMap((verdict) =>
    verdict.state === 'succeeded' && verdict.startedAt !== null
      ? [{ position: verdict.position, ms: Date.parse(verdict.finishedAt) - Date.parse(verdict.startedAt) }]
      : [],
  )
  if (took.length === 0) return
  await client.query(
    `INSERT INTO querypool.duration AS known (database, batch, query, recent_ms, recent_sql, recent_arguments)
     SELECT r.database, r.batch, q.name, ARRAY[t.ms], ARRAY[hashtextextended(q.sql, 0)],
       ARRAY[hashtextextended(q.arguments::text, 0)]
     FROM json_to_recordset($2::json) AS t(position int, ms double precision)
     JOIN querypool.run r ON r.id = $1
     CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = r.id AND position = t.position ${oneByOne}) AS q
     LEFT JOIN LATERAL (SELECT * FROM querypool.duration
       WHERE database = r.database AND batch = r.batch AND query = q.name ${oneByOne}) AS k ON true
     WHERE (q.expected_ms < $4 AND t.ms < $4) IS NOT TRUE AND (k.query IS NULL OR greatest(k.recent_ms[1], t.ms) >= $4
       OR k.recent_sql[1] <> hashtextextended(q.sql, 0) OR k.recent_arguments[1] <> hashtextextended(q.arguments::text, 0))
     ORDER BY q.name
     ON CONFLICT (database, batch, query) DO UPDATE
       SET recent_ms = (excluded.recent_ms || known.recent_ms)[1:$3],
         recent_sql = (excluded.recent_sql || known.recent_sql)[1:$3],
         recent_arguments = (excluded.recent_arguments || known.recent_arguments)[1:$3]`,
    [settlement.attempt.run, JSON.stringify(took), keptDurations, tinyMs],
  )
}
