import type { Client } from 'pg'
import type { ServerAddress } from '../database/index.ts'
import { withSession } from './with-session.ts'

/** What was found of the ledger of a database: who can work with it. */
export interface LedgerFacts {
  /** Whether the role of the session can read it, as overseers do. */
  readonly isReadable: boolean
  /** Whether the role that queries run as can write to it. */
  readonly isWritable: boolean
}

/**
 * Looks for the ledger of writes in a database, and for the rights on it; changes nothing.
 * @param role that queries run as; null: that of the address
 * @returns null when the database has none
 * @throws QP_DATABASE_UNREACHABLE, QP_DATABASE_URL
 */
export function inspectLedger(address: ServerAddress, role: string | null): Promise<LedgerFacts | null> {
  return withSession(address, (client) => findLedger(client, role))
}

const canUse = "has_schema_privilege(r.oid, n.oid, 'USAGE')"
const canRead = "has_table_privilege(r.oid, c.oid, 'SELECT')"
const canWrite =
  "has_table_privilege(r.oid, c.oid, 'INSERT') AND has_column_privilege(r.oid, c.oid, 'manifest', 'UPDATE')"

/** The same in a session. A role that does not exist has no rights. */
export async function findLedger(client: Client, role: string | null): Promise<LedgerFacts | null> {
  const { rows } = await client.query<LedgerFacts>(
    `SELECT coalesce(bool_or(r.rolname = session_user AND ${canUse} AND ${canRead}), false) AS "isReadable",
       coalesce(bool_or(r.rolname = coalesce($1, session_user) AND ${canUse} AND ${canRead} AND ${canWrite}), false)
         AS "isWritable"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_roles r ON true
     WHERE n.nspname = 'querypool_ledger' AND c.relname = 'write' GROUP BY c.oid`,
    [role],
  )
  return rows[0] ?? null
}
