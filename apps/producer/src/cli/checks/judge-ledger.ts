import type { LedgerFacts } from '@querypool/shared/ledger'
import { type Check, fail, ok } from './check.ts'

/** What is to be said of the ledger of a database; a database without one takes no writes, which is nothing amiss. */
export function judgeLedger(database: string, name: string | null, ledger: LedgerFacts | null): Check {
  const title = `${database}: ledger`
  const init = `querypool doctor --database ${name ?? 'URL'} --init-ledger`
  if (ledger === null) return ok(title, `none, so that queries with \`effect: write\` fail here; \`${init}\` makes it`)
  const remedy = `Let the owner of the ledger give it its rights: \`${init.replace(name ?? 'URL', 'URL')} --ledger-role ROLE\`.`
  if (!ledger.isReadable) return fail(title, 'the role of the URL may not read it, so no write can be settled', remedy)
  if (!ledger.isWritable)
    return fail(title, 'the role of the queries may not write to it, so no write can begin', remedy)
  return ok(title, 'writes are done once')
}
