import type { ClientBase } from 'pg'
import { type BoundQuery, identityOf } from '../batch/index.ts'
import { oneByOne } from './one-by-one.ts'
import { readEstimates } from './read-durations.ts'
import type { Submission } from './submit-run.ts'

/** How many queries are written by one statement. */
export const queriesPerChunk = 1000

/**
 * Writes some queries of a run. One whose position is there already is left as it is.
 * @param from the position of the first query that the transaction writes: nobody can have begun with this one and those behind
 * @throws DatabaseError 23505 when the run has another query of that name
 */
export async function insertChunk(
  client: ClientBase,
  submission: Pick<Submission, 'run' | 'batch' | 'database' | 'identical' | 'takesCached' | 'seenAs'>,
  queries: readonly BoundQuery[],
  from: number,
): Promise<void> {
  const estimates = await readEstimates(client, submission, queries)
  const shared = shareAmong(submission, queries)
  const records = queries.map((query, index) => ({
    position: query.position,
    name: query.name,
    sql: query.sql,
    line: query.line,
    column: query.column,
    origin: query.origin,
    slots: query.slots,
    arguments: query.arguments,
    effect: query.effect,
    timeout_ms: query.timeoutMs,
    retries: query.retries,
    max_rows: query.maxRows,
    max_bytes: query.maxBytes,
    tags: query.tags,
    expected_ms: estimates[index]?.expectedMs ?? null,
    cache_ms: query.cacheMs,
    needs: query.needs.length === 0 ? undefined : query.needs,
    ...shared[index],
  }))
  // The first that is the same may have come with this one, then its result is still to come; or earlier.
  await client.query(
    `INSERT INTO querypool.query
       (run, position, name, sql, line, "column", origin, slots, arguments, effect, timeout_ms, retries, max_rows,
        max_bytes, tags, needs, expected_ms, cache_ms, identity, first_as, same_as, job)
     SELECT $1, q.position, q.name, q.sql, q.line, q."column", q.origin, q.slots, q.arguments, q.effect, q.timeout_ms, q.retries,
       q.max_rows, q.max_bytes, q.tags, q.needs, CASE WHEN is_first THEN q.expected_ms ELSE 0 END, q.cache_ms,
       q.identity, CASE WHEN is_first THEN q.twin END, CASE WHEN NOT is_first THEN q.twin END,
       CASE WHEN q.needs IS NOT NULL THEN -2 WHEN e.position < $5 THEN -1 WHEN NOT is_first THEN 0 WHEN q.cache_ms > 0 AND $3 THEN -1 END
     FROM json_to_recordset($2::json) AS q(position int, name text, sql text, line int, "column" int, origin jsonb, slots jsonb,
       arguments jsonb, effect text, timeout_ms int, retries int, max_rows bigint, max_bytes bigint, tags text[], needs text[],
       expected_ms double precision, cache_ms int, identity text, twin text, is_first_of_chunk boolean)
     LEFT JOIN LATERAL (
       SELECT position FROM querypool.query WHERE first_as = q.twin ${oneByOne}) AS e ON e.position < $4
     CROSS JOIN LATERAL (SELECT q.is_first_of_chunk AND e.position IS NULL AS is_first) AS f
     ON CONFLICT (run, position) DO NOTHING`,
    [submission.run, JSON.stringify(records), submission.takesCached ?? true, queries[0]?.position ?? 0, from],
  )
}

/** By what queries are found that are the same. */
interface Shared {
  /** By queries of other runs; null: not at all. */
  readonly identity: string | null
  /** By those of the same run; null: not at all. */
  readonly twin: string | null
  readonly is_first_of_chunk: boolean
}

function shareAmong(
  submission: Pick<Submission, 'run' | 'database' | 'seenAs' | 'identical'>,
  queries: readonly BoundQuery[],
): Shared[] {
  const { run, database, seenAs, identical } = submission
  const twins = new Set<string>()
  return queries.map((query) => {
    const runsOnce = identical === 'once' && query.effect === 'read'
    const where = [database, seenAs ?? null]
    // What is read after other queries may be other data.
    const twin = runsOnce ? identityOf(query, [run, ...where, ...query.needs.toSorted()]) : null
    const isFirst = twin === null || !twins.has(twin)
    if (twin !== null) twins.add(twin)
    const identity = query.cacheMs === null ? null : identityOf(query, where)
    return { identity, twin, is_first_of_chunk: isFirst }
  })
}
