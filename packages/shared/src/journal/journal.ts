import pg, { type Pool } from 'pg'
import { causeOf, connectTimeoutMs, describeServer, keepAlive } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import { migrateJournal } from './migrate.ts'

/** The open journal: the truth about runs, in the schema `querypool` of a PostgreSQL database. */
export interface Journal {
  readonly pool: Pool
  readonly url: string
  /** Tells installations apart that share a Redis or a target database: 8 characters. */
  readonly installation: string
  close(): Promise<void>
}

/**
 * Opens the journal and brings its schema up to date.
 *
 * @param url of its database; the role must be able to create the schema `querypool`, or own it
 * @throws QP_JOURNAL_UNREACHABLE within 10 s, QP_JOURNAL_NEWER, QP_DATABASE_URL
 */
export async function openJournal(url: string, maxConnections = 10): Promise<Journal> {
  const where = describeServer(url)
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: 'querypool-journal',
    connectionTimeoutMillis: connectTimeoutMs,
    ...keepAlive,
  })
  pool.on('error', () => {})
  try {
    await migrateJournal(pool)
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM querypool.installation')
    return { pool, url, installation: rows[0]?.id ?? '', close: () => pool.end() }
  } catch (cause) {
    await pool.end().catch(() => {})
    if (cause instanceof QueryPoolError) throw cause
    throw new QueryPoolError('QP_JOURNAL_UNREACHABLE', `The journal at ${where} cannot be used: ${causeOf(cause)}`, {
      cause,
    })
  }
}
