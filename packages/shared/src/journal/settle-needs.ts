import type { ClientBase } from 'pg'
import { oneByOne } from './one-by-one.ts'
import { recordOnly } from './record-results.ts'

/** Of which queries it is looked whether they still wait for what they need. */
export type Needing =
  /** Those that need one of these, or one that has taken its result from one of these. */
  | { readonly endedAt: readonly number[] }
  /** All from this position on. */
  | { readonly from: number }

/**
 * Sees to queries that waited for others of their run: those of which all needs have succeeded wait to be claimed, those of
 * which one has come to something else are skipped, and what needs these. Part of each transaction that records results
 * of a run that goes on, or adds queries to it, and does nothing for a run without needs. In a run that is ending, what waits
 * ends with all else.
 *
 * The run is locked: of two attempts that are settled at once, the second sees what the first has recorded.
 */
export async function settleNeeds(client: ClientBase, run: string, generation: number, which: Needing): Promise<void> {
  const going = await client.query(
    `SELECT FROM querypool.run WHERE id = $1 AND generation = $2 AND has_needs AND state IN ('queued', 'running')
       AND cancel_requested_at IS NULL AND stopped_at IS NULL FOR NO KEY UPDATE`,
    [run, generation],
  )
  if (going.rowCount === 0) return
  const [needing, asked] = 'from' in which ? [allFrom, which.from] : [ofEnded, which.endedAt]
  await release(client, needing, [run, generation, asked])
  await skip(client, needing, [run, generation, asked])
}

type Asked = readonly [run: string, generation: number, asked: number | readonly number[]]

// As a common table expression: which query needs which, of those that are looked at.
const ofEnded = `looked_at AS (
  SELECT n.position, n.needs FROM (
    SELECT unnest($3::int[]) AS position
    UNION SELECT f.position FROM unnest($3::int[]) AS e(position)
      JOIN querypool.query l ON l.run = $1 AND l.position = e.position
      JOIN querypool.query f ON f.same_as = l.first_as) AS ended
  JOIN querypool.need n ON n.run = $1 AND n.needs = ended.position)`
const allFrom = `looked_at AS (
  SELECT q.position, n.needs FROM querypool.query q LEFT JOIN querypool.need n ON n.run = q.run AND n.position = q.position
  WHERE q.run = $1 AND q.job = -2 AND q.position >= $3)`

/**
 * How many needs of a query have not succeeded matters to nobody: the first one that is found is enough. It is looked for
 * from the end of the file, as what is alike is done from its beginning.
 */
async function release(client: ClientBase, needing: string, asked: Asked): Promise<void> {
  await client.query(
    `WITH ${needing}
     UPDATE querypool.query q SET job = CASE WHEN same_as IS NOT NULL THEN -1 END
     FROM (SELECT DISTINCT position FROM looked_at) AS w
     WHERE q.run = $1 AND q.position = w.position AND q.job = -2 AND (
       SELECT n.needs FROM querypool.need n WHERE n.run = q.run AND n.position = q.position AND NOT EXISTS (
         SELECT FROM querypool.result x WHERE x.run = n.run AND x.position = n.needs AND x.generation = $2
           AND x.state = 'succeeded' ${oneByOne})
       ORDER BY n.needs DESC LIMIT 1) IS NULL`,
    [...asked],
  )
}

async function skip(client: ClientBase, needing: string, asked: Asked): Promise<void> {
  await client.query(
    recordOnly(
      `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
       SELECT q.run, $2, q.position, 'skipped', 0, clock_timestamp(), jsonb_build_object('code', 'QP_NEED_FAILED', 'message',
         'skipped because it needs ' || b.name || ', which ' || CASE WHEN b.state = 'failed' THEN 'failed' ELSE 'was ' || b.state END)
       FROM doomed d JOIN querypool.query q ON q.run = $1 AND q.position = d.position AND q.job = -2
       CROSS JOIN LATERAL (
         SELECT m.name, coalesce(x.state, 'skipped') AS state
         FROM querypool.need n JOIN querypool.query m ON m.run = n.run AND m.position = n.needs
         LEFT JOIN querypool.result x ON x.run = n.run AND x.position = n.needs AND x.generation = $2
         WHERE n.run = q.run AND n.position = q.position
           AND (x.state <> 'succeeded' OR x.state IS NULL AND n.needs IN (SELECT position FROM doomed))
         ORDER BY x.state = 'failed' DESC NULLS LAST, n.needs LIMIT 1) AS b
       ORDER BY q.position ON CONFLICT DO NOTHING`,
      `RECURSIVE ${needing}, doomed AS (
         SELECT w.position FROM looked_at w JOIN querypool.result x
           ON x.run = $1 AND x.position = w.needs AND x.generation = $2 AND x.state <> 'succeeded'
         UNION
         SELECT n.position FROM doomed d JOIN querypool.need n ON n.run = $1 AND n.needs = d.position),`,
    ),
    [...asked],
  )
}
