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
  const { rows } = await client.query<{ position: number; measurements: Measurement[] }>(
    `SELECT q.position, jsonb_agg(jsonb_build_object('ms', recent.ms,
         'isSameSql', recent.sql = hashtextextended(q.sql, 0),
         'isSameArguments', recent.arguments = hashtextextended(q.values::text, 0)) ORDER BY recent.n) AS measurements
     FROM jsonb_to_recordset($3::jsonb) AS q(position int, name text, sql text, values jsonb)
     JOIN querypool.duration d ON d.database = $1 AND d.batch = $2 AND d.query = q.name,
       unnest(d.recent_ms, d.recent_sql, d.recent_arguments) WITH ORDINALITY AS recent(ms, sql, arguments, n)
     GROUP BY q.position`,
    [database, batch, JSON.stringify(asked)],
  )
  const known = new Map(rows.map(({ position, measurements }) => [position, measurements]))
  return queries.map(({ position, expectMs }) => estimateDuration(known.get(position) ?? [], expectMs))
}

/** The database on which a batch was run last; null: it never was. */
export async function readLastDatabase(pool: Pool, batch: string): Promise<string | null> {
  const { rows } = await pool.query<{ database: string }>(
    'SELECT database FROM querypool.run WHERE batch = $1 ORDER BY created_at DESC LIMIT 1',
    [batch],
  )
  return rows[0]?.database ?? null
}
