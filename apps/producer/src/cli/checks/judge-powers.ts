import type { Powers } from '@querypool/shared/database'
import { type Check, ok, warn } from './check.ts'

/**
 * What is to be said of what a role can do: only reading is what it needs.
 * @param takesWrites whether queries are to write there: then it needs that, too
 */
export function judgePowers(
  database: string,
  { superusers, beyondTransaction, writes }: Powers,
  takesWrites: boolean,
): Check[] {
  const name = `${database}: rights`
  if (superusers.length > 0) {
    const remedy = 'Use a role that may only read what the batches need, such as a member of pg_read_all_data.'
    return [warn(name, `a statement can act as a superuser: ${superusers.join(', ')}`, remedy)]
  }
  const found: Check[] = []
  if (beyondTransaction.length > 0) {
    const remedy = 'Revoke them: what they do is not rolled back with the transaction of a query.'
    found.push(warn(name, `reaches beyond a transaction: ${beyondTransaction.join(', ')}`, remedy))
  }
  if (writes.length > 0 && !takesWrites) {
    const remedy = 'Use a role that may only read: now only the READ ONLY of the transaction keeps it from writing.'
    found.push(warn(name, `more than reading: ${writes.join(', ')}`, remedy))
  }
  return found.length > 0 ? found : [ok(name, takesWrites ? 'nothing beyond a transaction' : 'the role may only read')]
}
