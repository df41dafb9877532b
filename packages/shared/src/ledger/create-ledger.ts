import { type Client, DatabaseError, escapeIdentifier } from 'pg'
import { describeServer, type ServerAddress } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import { findLedger } from './inspect-ledger.ts'
import { withSession } from './with-session.ts'

const schema = 'CREATE SCHEMA querypool_ledger'
const table = `
  CREATE TABLE querypool_ledger.write (
    installation text NOT NULL,
    run text NOT NULL,
    position int NOT NULL,
    query text NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    manifest jsonb,
    PRIMARY KEY (installation, run, position)
  );
  COMMENT ON TABLE querypool_ledger.write IS
    'What QueryPool has written to this database: a row for each write, committed with it. While it is here, that is not written again.';
  COMMENT ON COLUMN querypool_ledger.write.position IS 'The place of the query in its run, from 0.';
  COMMENT ON COLUMN querypool_ledger.write.manifest IS 'What the write came to, and where the rows that it returned are.'`

/**
 * Makes the ledger of writes in a database where it is missing, and gives roles the rights on it that they lack. Can be
 * repeated, by several at once.
 * @param roles that are to write through QueryPool, besides the one of the address
 * @throws QP_LEDGER_REFUSED with what the database says, QP_DATABASE_UNREACHABLE, QP_DATABASE_URL
 */
export async function createLedger(address: ServerAddress, roles: readonly string[]): Promise<void> {
  try {
    await withSession(address, async (client) => {
      await client.query('BEGIN')
      await client.query("SELECT pg_advisory_xact_lock(hashtext('querypool_ledger'))")
      await createMissing(client)
      for (const role of roles) await grantMissing(client, role)
      await client.query('COMMIT')
    })
  } catch (cause) {
    if (!(cause instanceof DatabaseError)) throw cause
    const message = `The ledger cannot be made in ${describeServer(address.url)}: ${cause.message}.`
    throw new QueryPoolError('QP_LEDGER_REFUSED', message, { cause })
  }
}

// IF NOT EXISTS would ask for the right to create also where there is nothing to create.
async function createMissing(client: Client): Promise<void> {
  if ((await findLedger(client, null)) !== null) return
  const { rowCount } = await client.query("SELECT FROM pg_namespace WHERE nspname = 'querypool_ledger'")
  if (rowCount === 0) await client.query(schema)
  await client.query(table)
}

// Only the owner of the ledger can grant, so whoever needs no rights asks for none.
async function grantMissing(client: Client, role: string): Promise<void> {
  const ledger = await findLedger(client, role)
  if (ledger?.isWritable) return
  const name = escapeIdentifier(role)
  await client.query(`GRANT USAGE ON SCHEMA querypool_ledger TO ${name}`)
  await client.query(`GRANT SELECT, INSERT, UPDATE (manifest) ON querypool_ledger.write TO ${name}`)
}
