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

// As a common table expression: which query needs which, of those that are looked at. Rows of large tables are asked for one
// by one, here and below: the planner takes it that a run has very few of them.
const ofEnded = `looked_at AS (
  SELECT n.position, ended.position AS needs FROM (
    SELECT unnest($3::int[]) AS position
    UNION SELECT f.position FROM unnest($3::int[]) AS e(position)
      CROSS JOIN LATERAL (
        SELECT first_as FROM querypool.query WHERE run = $1 AND position = e.position ${oneByOne}) AS l
      CROSS JOIN LATERAL (SELECT position FROM querypool.query WHERE same_as = l.first_as ${oneByOne}) AS f) AS ended
  CROSS JOIN LATERAL (
    SELECT position FROM querypool.need WHERE run = $1 AND needs = ended.position ${oneByOne}) AS n)`
const allFrom = `looked_at AS (
  SELECT q.position, n.needs FROM querypool.query q LEFT JOIN LATERAL (
    SELECT needs FROM querypool.need WHERE run = q.run AND position = q.position ${oneByOne}) AS n ON true
  WHERE q.run = $1 AND q.job = -2 AND q.position >= $3)`

/**
 * How many needs of a query have not succeeded matters to nobody: the first one that is found is enough. It is looked for
 * from the end of the file, as what is alike is done from its beginning.
 */
async function release(client: ClientBase, needing: string, asked: Asked): Promise<void> {
  await client.query(
    `WITH ${needing}, freed AS (
       SELECT w.position FROM (SELECT DISTINCT position FROM looked_at) AS w
       CROSS JOIN LATERAL (SELECT job FROM querypool.query WHERE run = $1 AND position = w.position ${oneByOne}) AS q
       WHERE q.job = -2 AND (
         SELECT n.needs FROM querypool.need n WHERE n.run = $1 AND n.position = w.position AND NOT EXISTS (
           SELECT FROM querypool.result x WHERE x.run = n.run AND x.position = n.needs AND x.generation = $2
             AND x.state = 'succeeded' ${oneByOne})
         ORDER BY n.needs DESC LIMIT 1) IS NULL)
     UPDATE querypool.query SET job = CASE WHEN same_as IS NOT NULL THEN -1 END
     WHERE run = $1 AND position = ANY (ARRAY(SELECT position FROM freed))`,
    [...asked],
  )
}

async function skip(client: ClientBase, needing: string, asked: Asked): Promise<void> {
  await client.query(
    recordOnly(
      `INSERT INTO querypool.result (run, generation, position, state, attempts, finished_at, error)
       SELECT $1, $2, d.position, 'skipped', 0, clock_timestamp(), jsonb_build_object('code', 'QP_NEED_FAILED', 'message',
         'skipped because it needs ' || b.name || ', which ' || CASE WHEN b.state = 'failed' THEN 'failed' ELSE 'was ' || b.state END)
       FROM doomed d
       CROSS JOIN LATERAL (SELECT job FROM querypool.query WHERE run = $1 AND position = d.position ${oneByOne}) AS q
       CROSS JOIN LATERAL (
         SELECT m.name, coalesce(x.state, 'skipped') AS state
         FROM (SELECT needs FROM querypool.need WHERE run = $1 AND position = d.position ${oneByOne}) AS n
         CROSS JOIN LATERAL (SELECT name FROM querypool.query WHERE run = $1 AND position = n.needs ${oneByOne}) AS m
         LEFT JOIN LATERAL (
           SELECT state FROM querypool.result
           WHERE run = $1 AND position = n.needs AND generation = $2 ${oneByOne}) AS x ON true
         WHERE x.state <> 'succeeded' OR x.state IS NULL AND n.needs IN (SELECT position FROM doomed)
         ORDER BY x.state = 'failed' DESC NULLS LAST, n.needs LIMIT 1) AS b
       WHERE q.job = -2 ORDER BY d.position ON CONFLICT DO NOTHING`,
      `RECURSIVE ${needing}, doomed AS (
         SELECT w.position FROM looked_at w CROSS JOIN LATERAL (
           SELECT state FROM querypool.result
           WHERE run = $1 AND position = w.needs AND generation = $2 ${oneByOne}) AS x
         WHERE x.state <> 'succeeded'
         UNION
         SELECT n.position FROM doomed d CROSS JOIN LATERAL (
           SELECT position FROM querypool.need WHERE run = $1 AND needs = d.position ${oneByOne}) AS n),`,
    ),
    [...asked],
  )
}
