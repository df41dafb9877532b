import type { Client } from 'pg'

/**
 * What a role can do that a read-only transaction which is rolled back does not keep from happening. A statement can take
 * any role that the session's role is a member of (`set_config('role', …)`), so what those can do counts, too.
 */
export interface Powers {
  /** Roles within reach that are superusers. */
  readonly superusers: readonly string[]
  /** What is within reach, as PostgreSQL calls it: `pg_read_server_files`, `REPLICATION`, `dblink`, `pg_read_file()`. */
  readonly beyondTransaction: readonly string[]
  /** What only the read-only transaction keeps from happening: `CREATE on schema public`, `writing shop.sales`. */
  readonly writes: readonly string[]
}

// The role itself, and those that it can become.
const reach = "reach AS (SELECT * FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER'))"

const fileRoles = [
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_signal_backend',
  'pg_checkpoint',
  'pg_maintain',
]
const functions = ['pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'lo_import', 'lo_export', 'pg_reload_conf']
const extensions = ['dblink', 'postgres_fdw', 'adminpack', 'file_fdw']

/** Reads what is within reach of the session's role. Superusers can do everything, so of them no more is read. */
export async function readPowers(client: Client): Promise<Powers> {
  const superusers = await names(client, `WITH ${reach} SELECT rolname::text AS name FROM reach WHERE rolsuper`)
  if (superusers.length > 0) return { superusers, beyondTransaction: [], writes: [] }
  const beyondTransaction = await names(
    client,
    `WITH ${reach}
     SELECT rolname::text AS name FROM reach WHERE rolname = ANY ($1)
     UNION SELECT 'REPLICATION' FROM reach WHERE rolreplication
     UNION SELECT p.proname || '()' FROM pg_proc p, reach r WHERE p.pronamespace = 'pg_catalog'::regnamespace
       AND p.proname = ANY ($2) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
     UNION SELECT e.extname::text FROM pg_extension e WHERE e.extname = ANY ($3) AND (
       EXISTS (SELECT FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid, reach r
         WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass
           AND e.extname IN ('dblink', 'adminpack') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
           AND has_schema_privilege(r.oid, p.pronamespace, 'USAGE'))
       OR EXISTS (SELECT FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw, reach r
         WHERE w.fdwname = e.extname AND has_server_privilege(r.oid, s.oid, 'USAGE')))
     ORDER BY name`,
    [fileRoles, functions, extensions],
  )
  return { superusers, beyondTransaction, writes: await readWrites(client) }
}

// One table is enough to say so, and finding all of a large database would take its time.
async function readWrites(client: Client): Promise<string[]> {
  const schemas = await names(
    client,
    `WITH ${reach} SELECT DISTINCT 'CREATE on schema ' || n.nspname AS name FROM pg_namespace n, reach r
     WHERE n.nspname !~ '^pg_(toast|temp)' AND has_schema_privilege(r.oid, n.oid, 'CREATE') ORDER BY name LIMIT 5`,
  )
  const tables = await names(
    client,
    `WITH ${reach} SELECT 'writing ' || c.oid::regclass AS name FROM pg_class c, reach r
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.relnamespace <> 'pg_catalog'::regnamespace
       AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') LIMIT 1`,
  )
  return [...schemas, ...tables]
}

async function names(client: Client, sql: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql, values)
  return rows.map(({ name }) => name)
}
