import type { ClientBase } from 'pg'
import { type BoundQuery, identityOf } from '../batch/index.ts'
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
  submission: Pick<Submission, 'run' | 'batch' | 'database' | 'identical' | 'takesCached' | 'seenAs'>,
  queries: readonly BoundQuery[],
): Promise<void> {
  const estimates = await readEstimates(client, submission, queries)
  const runsOnce = submission.identical === 'once'
  const identities = queries.map((query) => identityIn(submission, query))
  const firsts = firstsOf(queries, identities)
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
    identity: identities[index],
    same_as: runsOnce ? firsts[index] : null,
    cache_ms: query.cacheMs,
  }))
  // The first that is the same may be in this chunk, then the result of that is still to come; or in an earlier one.
  await client.query(
    `INSERT INTO querypool.query
       (run, position, name, sql, line, "column", slots, arguments, effect, timeout_ms, retries, tags, expected_ms, identity,
        same_as, cache_ms, job)
     SELECT $1, q.position, q.name, q.sql, q.line, q."column", q.slots, q.arguments, q.effect, q.timeout_ms, q.retries,
       q.tags, CASE WHEN coalesce(e.position, q.same_as) IS NULL THEN q.expected_ms ELSE 0 END, q.identity,
       coalesce(e.position, q.same_as), q.cache_ms,
       CASE WHEN e.position IS NOT NULL THEN -1 WHEN q.same_as IS NOT NULL THEN 0 WHEN q.cache_ms > 0 AND $4 THEN -1 END
     FROM jsonb_to_recordset($2::jsonb) AS q(position int, name text, sql text, line int, "column" int, slots jsonb,
       arguments jsonb, effect text, timeout_ms int, retries int, tags text[], expected_ms double precision, identity text,
       same_as int, cache_ms int)
     LEFT JOIN LATERAL (SELECT e.position FROM querypool.query e
       WHERE $3 AND e.identity = q.identity AND e.run = $1 AND e.position < $5 ORDER BY e.position LIMIT 1) AS e ON true
     ON CONFLICT (run, position) DO NOTHING`,
    [submission.run, JSON.stringify(records), runsOnce, submission.takesCached ?? true, queries[0]?.position ?? 0],
  )
}

/** Null: the query runs by itself, and no other takes its result. */
function identityIn(
  { database, seenAs, identical }: Pick<Submission, 'database' | 'seenAs' | 'identical'>,
  query: BoundQuery,
): string | null {
  const isShared = query.effect === 'read' && (identical === 'once' || query.cacheMs !== null)
  return isShared ? identityOf(query, [database, seenAs ?? null]) : null
}

/** Of each query the position of the first one that has its identity, unless it is that itself. */
function firstsOf(queries: readonly BoundQuery[], identities: readonly (string | null)[]): (number | null)[] {
  const firsts = new Map<string, number>()
  return queries.map(({ position }, index) => {
    const identity = identities[index] ?? null
    if (identity === null) return null
    const first = firsts.get(identity) ?? null
    if (first === null) firsts.set(identity, position)
    return first
  })
}

/** Tells the planner of a run that has come with many queries, for which its statistics know none. */
export async function analyzeQueries(client: ClientBase, count: number): Promise<void> {
  if (count >= queriesPerChunk) await client.query('ANALYZE querypool.query (run, position, job)')
}
