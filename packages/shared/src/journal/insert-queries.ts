import type { ClientBase } from 'pg'
import type { BoundQuery } from '../batch/index.ts'
import { readEstimates } from './read-durations.ts'
import type { Submission } from './submit-run.ts'

/** How many queries are written by one statement. */
export const queriesPerChunk = 1000

/**
 * Writes some queries of a run. One whose position is there already is left as it is.
 * @throws DatabaseError 23505 when the run has another query of that name
 */
export async function insertChunk(
  client: ClientBase,
  submission: Pick<Submission, 'run' | 'batch' | 'database'>,
  queries: readonly BoundQuery[],
): Promise<void> {
  const estimates = await readEstimates(client, submission, queries)
  const records = queries.map((query, index) => ({
    position: query.position,
    name: query.name,
    sql: query.sql,
    line: query.line,
    column: query.column,
    slots: query.slots,
    arguments: query.arguments,
    effect: query.effect,
    timeout_ms: query.timeoutMs,
    retries: query.retries,
    tags: query.tags,
    expected_ms: estimates[index]?.expectedMs ?? null,
  }))
  await client.query(
    `INSERT INTO querypool.query
       (run, position, name, sql, line, "column", slots, arguments, effect, timeout_ms, retries, tags, expected_ms)
     SELECT $1, q.position, q.name, q.sql, q.line, q."column", q.slots, q.arguments, q.effect, q.timeout_ms, q.retries,
       q.tags, q.expected_ms
     FROM jsonb_to_recordset($2::jsonb) AS q(position int, name text, sql text, line int, "column" int, slots jsonb,
       arguments jsonb, effect text, timeout_ms int, retries int, tags text[], expected_ms double precision)
     ON CONFLICT (run, position) DO NOTHING`,
    [submission.run, JSON.stringify(records)],
  )
}

/** Tells the planner of a run that has come with many queries, for which its statistics know none. */
export async function analyzeQueries(client: ClientBase, count: number): Promise<void> {
  if (count >= queriesPerChunk) await client.query('ANALYZE querypool.query (run, position, job)')
}
