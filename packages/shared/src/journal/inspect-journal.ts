import pg, { type Client } from 'pg'
import { type ClockReading, readClock } from '../clock/index.ts'
import { causeOf, connectionOptions, describeServer } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import { journalVersion } from './migrate.ts'
import { countOverseersBy } from './presence.ts'

/** What a journal is, as it was found. */
export interface JournalFacts {
  /** Its server's version, such as `18.4`. */
  readonly version: string
  readonly versionNumber: number
  /** Of its schema `querypool`; 0: it is not there yet. */
  readonly schemaVersion: number
  /** Of the schema that this program works with. */
  readonly programVersion: number
  readonly role: string
  /** Why the role cannot do what it must; null: it can. */
  readonly refusal: string | null
  /** The installation and the id of its result store; null: not there yet. */
  readonly installation: string | null
  readonly storeId: string | null
  /** How many overseers of the installation live. */
  readonly overseers: number
  readonly clock: ClockReading
}

/**
 * Finds out what a journal is, and changes nothing: it is neither made nor brought up to date.
 * @throws QP_JOURNAL_UNREACHABLE within 10 s, QP_DATABASE_URL
 */
export async function inspectJournal(url: string): Promise<JournalFacts> {
  const where = describeServer(url)
  const client = new pg.Client({ ...connectionOptions({ url }), application_name: 'querypool-doctor' })
  client.on('error', () => {})
  try {
    await client.connect()
    return await inspect(client)
  } catch (cause) {
    throw new QueryPoolError('QP_JOURNAL_UNREACHABLE', `The journal at ${where} cannot be used: ${causeOf(cause)}`, {
      cause,
    })
  } finally {
    await client.end().catch(() => {})
  }
}

async function inspect(client: Client): Promise<JournalFacts> {
  const { rows } = await client.query<{ version: string; number: number; role: string; isThere: boolean }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
       current_user AS role, to_regclass('querypool.migration') IS NOT NULL AS "isThere"`,
  )
  const { version = '', number = 0, role = '', isThere = false } = rows[0] ?? {}
  const refusal = await refusalOf(client, isThere)
  const isReadable = isThere && refusal === null
  return {
    version: version.split(' ')[0] ?? version,
    versionNumber: number,
    role,
    refusal,
    programVersion: journalVersion,
    schemaVersion: isReadable ? await readSchemaVersion(client) : 0,
    ...(isReadable ? await readInstallation(client) : { installation: null, storeId: null }),
    overseers: await countOverseersBy(client),
    clock: await readClock(async () => {
      const { rows: read } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now')
      return read[0]?.now.getTime() ?? 0
    }),
  }
}

/** Tries what opening and writing the journal need, and takes it back. */
async function refusalOf(client: Client, isThere: boolean): Promise<string | null> {
  try {
    await client.query("BEGIN READ WRITE; SET LOCAL lock_timeout = '5s'; CREATE SCHEMA IF NOT EXISTS querypool")
    if (!isThere) return null
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'querypool'::regnamespace AND relkind IN ('r', 'p')
         AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
           AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) ORDER BY relname LIMIT 1`,
    )
    return rows[0] ? `it may not read and write querypool.${rows[0].name}` : null
  } catch (thrown) {
    return causeOf(thrown)
  } finally {
    await client.query('ROLLBACK').catch(() => {})
  }
}

async function readSchemaVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM querypool.migration',
  )
  return rows[0]?.version ?? 0
}

/** As of a row of JSON, for older schemas have fewer columns. */
async function readInstallation(client: Client): Promise<Pick<JournalFacts, 'installation' | 'storeId'>> {
  const { rows } = await client.query<{ one: { id?: string; store_id?: string | null } }>(
    'SELECT to_jsonb(i) AS one FROM querypool.installation i',
  )
  return { installation: rows[0]?.one.id ?? null, storeId: rows[0]?.one.store_id ?? null }
}
