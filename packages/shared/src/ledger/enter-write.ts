import type { ClientBase } from 'pg'
import { ledgerError } from './ledger-error.ts'
import type { WriteId } from './write-id.ts'

/**
 * Enters a write into the ledger, in the transaction that is about to execute it. While another transaction has it open, this
 * waits on the unique index until that one has ended.
 *
 * @param query its name, for people
 * @returns false when it was committed before: then it must not be executed
 * @throws QP_LEDGER_MISSING, QP_LEDGER_REFUSED, DatabaseError
 */
export async function enterWrite(client: ClientBase, id: WriteId, query: string): Promise<boolean> {
  try {
    const { rowCount } = await client.query(
      `INSERT INTO querypool_ledger.write (installation, run, position, query) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [id.installation, id.run, id.position, query],
    )
    return rowCount === 1
  } catch (error) {
    throw ledgerError(error)
  }
}
