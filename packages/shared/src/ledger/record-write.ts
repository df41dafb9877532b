import type { ClientBase } from 'pg'
import { QueryPoolError } from '../errors/index.ts'
import type { Manifest } from '../result/index.ts'
import { ledgerError } from './ledger-error.ts'
import type { WriteId } from './write-id.ts'

/**
 * Records what a write came to, in its own transaction and as the last thing before COMMIT. The commit is then made durable,
 * whatever the role or the statement has set: what is reported as written must not be lost by a crash of the server.
 *
 * @param manifest that of its attempt, whose rows are durable in the store
 * @throws QP_LEDGER_MISSING, QP_LEDGER_REFUSED also when the statement has removed its own row, DatabaseError
 */
export async function recordWrite(client: ClientBase, id: WriteId, manifest: Manifest): Promise<void> {
  try {
    const { rowCount } = await client.query(
      `UPDATE querypool_ledger.write SET manifest = $4 WHERE installation = $1 AND run = $2 AND position = $3`,
      [id.installation, id.run, id.position, JSON.stringify(manifest)],
    )
    if (rowCount !== 1)
      throw new QueryPoolError('QP_LEDGER_REFUSED', 'The statement has removed its own row from the ledger of writes.')
    await client.query(
      `SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`,
    )
  } catch (error) {
    throw ledgerError(error)
  }
}
