import { createHash } from 'node:crypto'
import type { BoundQuery } from './batch.ts'

/**
 * What queries have in common that come to the same on the same data: a hash of where they run, of their SQL and values,
 * and of what else says how they are run. Texts that differ only in blanks or comments differ.
 * @param where the database, and as whom it is queried
 */
export function identityOf(query: BoundQuery, where: readonly (string | null)[]): string {
  const values = query.arguments.map(({ name, type, value }) => [name, type, value])
  const { sql, timeoutMs, retries, maxRows, maxBytes } = query
  const what = [...where, sql, values, timeoutMs, retries, maxRows, maxBytes]
  return createHash('sha256').update(JSON.stringify(what)).digest('hex')
}
