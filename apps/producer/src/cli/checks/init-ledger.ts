import { addressOf, type ResolvedDatabase } from '@querypool/shared/config'
import { createLedger } from '@querypool/shared/ledger'
import { type Check, failedChecks, ok } from './check.ts'

/**
 * Makes the ledger of writes in these databases where it is missing.
 * @param ledgerRole a role that gets the rights on it, besides that of the configuration; null: none
 */
export async function initLedgers(databases: readonly ResolvedDatabase[], ledgerRole: string | null): Promise<Check[]> {
  const checks: Check[] = []
  for (const database of databases) {
    const name = `${database.name === null ? 'Database' : `Database ${database.name}`}: making the ledger`
    const roles = [database.role, ledgerRole].filter((role) => role !== null)
    const granted = roles.length === 0 ? '' : `, with rights for ${roles.join(', ')}`
    checks.push(
      ...(await createLedger(addressOf(database), roles).then(
        () => [ok(name, `it is there${granted}`)],
        (thrown: unknown) => failedChecks(name, thrown),
      )),
    )
  }
  return checks
}
