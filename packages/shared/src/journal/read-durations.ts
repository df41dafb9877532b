import type { ClientBase, Pool } from 'pg'
import type { BoundQuery } from '../batch/index.ts'
import { type Estimate, estimateDuration, type Measurement } from '../plan/index.ts'

/**
 * How long queries are expected to take, from what was learned of their names in a batch on a database.
 * @returns an estimate for each, in their order
 */
export async function readEstimates(
  client: ClientBase | Pool,
  { database, batch }: { readonly database: string; readonly batch: string },
  queries: readonly BoundQuery[],
): Promise<Estimate[]> {
  const asked = queries.map(({ position, name, sql, arguments: values }) => ({ position, name, sql, values }))
  const { rows } = await client.query<{ known: readonly Known[] }>(
    `SELECT coalesce(json_agg(json_build_object('position', q.position, 'ms', d.recent_ms,
         'sameSql', array_positions(d.recent_sql, hashtextextended(q.sql, 0)),
         'sameArguments', array_positions(d.recent_arguments, hashtextextended(q.values::text, 0)))), '[]') AS known
     FROM jsonb_to_recordset($3::jsonb) AS q(position int, name text, sql text, values jsonb)
     JOIN querypool.duration d ON d.database = $1 AND d.batch = $2 AND d.query = q.name`,
    [database, batch, JSON.stringify(asked)],
  )
  const known = new Map((rows[0]?.known ?? []).map((each) => [each.position, measurementsOf(each)]))
  return queries.map(({ position, expectMs }) => estimateDuration(known.get(position) ?? [], expectMs))
}

/** What was learned of a query: its latest durations, the latest first, and which of them, from 1, were of the same. */
interface Known {
  readonly position: number
  readonly ms: readonly number[]
  readonly sameSql: readonly number[]
  readonly sameArguments: readonly number[]
}

function measurementsOf({ ms, sameSql, sameArguments }: Known): Measurement[] {
  return ms.map((each, index) => ({
    ms: each,
    isSameSql: sameSql.includes(index + 1),
    isSameArguments: sameArguments.includes(index + 1),
  }))
}

/** The database on which a batch was run last; null: it never was. */
export async function readLastDatabase(pool: Pool, batch: string): Promise<string | null> {
  const { rows } = await pool.query<{ database: string }>(
    'SELECT database FROM querypool.run WHERE batch = $1 ORDER BY created_at DESC LIMIT 1',
    [batch],
  )
  return rows[0]?.database ?? null
}
