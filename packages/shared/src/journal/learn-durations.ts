import type { PoolClient } from 'pg'
import type { Settlement } from './settle-attempt.ts'

/** How many of a query's latest durations are kept; what is expected is their median. */
const keptDurations = 7

/** Adds how long the succeeded queries of a settlement took to what is known of their batch. */
export async function learnDurations(client: PoolClient, settlement: Settlement): Promise<void> {
  const took = settlement.verdicts.flatMap((verdict) =>
    verdict.state === 'succeeded' && verdict.startedAt !== null
      ? [{ position: verdict.position, ms: Date.parse(verdict.finishedAt) - Date.parse(verdict.startedAt) }]
      : [],
  )
  if (took.length === 0) return
  await client.query(
    `INSERT INTO querypool.duration AS known (batch, query, recent_ms)
     SELECT r.batch, q.name, ARRAY[t.ms]
     FROM jsonb_to_recordset($2::jsonb) AS t(position int, ms double precision)
     JOIN querypool.run r ON r.id = $1
     JOIN querypool.query q ON q.run = r.id AND q.position = t.position
     ORDER BY q.name
     ON CONFLICT (batch, query) DO UPDATE
       SET recent_ms = (excluded.recent_ms || known.recent_ms)[1:$3]`,
    [settlement.attempt.run, JSON.stringify(took), keptDurations],
  )
}
