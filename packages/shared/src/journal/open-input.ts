import pg, { type Client } from 'pg'
import type { BoundQuery } from '../batch/index.ts'
import { causeOf, connectTimeoutMs, describeServer, keepAlive } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'
import { takeInputLock } from './input-lock.ts'
import { insertChunk } from './insert-queries.ts'
import { isOutage } from './is-outage.ts'
import type { Journal } from './journal.ts'
import { linkNeeds, notePaths, refuseMissingNeeds } from './link-needs.ts'
import { insertRun, type Submission } from './submit-run.ts'

/** A run to which queries are being added. Its queries run meanwhile; it cannot end before its input is closed. */
export interface RunInput {
  /** The run's id: that of an earlier run when that has the same key. */
  readonly run: string
  /** Whether the run is ours; else nothing was written and nothing can be added. */
  readonly isNew: boolean
  /**
   * Adds queries, at most 1,000 at once, whose positions follow the last ones.
   * @returns false when the run takes no more, since it was cancelled
   * @throws DatabaseError 23505 when the run has a query of that name, QP_JOURNAL_UNREACHABLE
   */
  append(queries: readonly BoundQuery[]): Promise<boolean>
  /** Says that all queries are there. */
  close(): Promise<void>
  /** Lets go of the run without a word. If its input is still open, an overseer cancels it. */
  release(): Promise<void>
}

const reconnectMs = 500
// An overseer gives up a run without its lock after some ten seconds, so that it makes no sense to try much longer.
const patienceMs = 30_000

/**
 * Writes a run with its first queries to the journal, and holds the lock that tells overseers that more are to come. When
 * the journal goes away, it is waited for, and what was being written is written again.
 * @throws QP_JOURNAL_UNREACHABLE, DatabaseError 23505 when two queries have one name
 */
export async function openInput(
  journal: Journal,
  submission: Submission,
  first: readonly BoundQuery[],
): Promise<RunInput> {
  const session = openSession(journal, submission.run)
  try {
    const run = await session.write(async (client) => {
      const earlier = await insertRun(client, submission)
      // After a lost connection nobody knows whether the first try was written.
      if (earlier !== null && earlier !== submission.run) return earlier
      await addQueries(client, submission, first)
      await client.query("SELECT pg_notify('querypool_run', $1)", [submission.run])
      return submission.run
    })
    const isNew = run === submission.run
    if (!isNew) await session.end()
    return {
      run,
      isNew,
      append: (queries) => session.write((client) => addQueries(client, submission, queries)),
      close: () => session.write((client) => closeInput(client, run)),
      release: () => session.end(),
    }
  } catch (error) {
    await session.end()
    throw error
  }
}

async function addQueries(client: Client, submission: Submission, queries: readonly BoundQuery[]): Promise<boolean> {
  const last = queries.at(-1)
  // Locks the run, so that a cancel comes before or after, and sees all its queries.
  const open = await client.query(
    'UPDATE querypool.run SET query_count = greatest(query_count, $2) WHERE id = $1 AND input_open',
    [submission.run, last === undefined ? 0 : last.position + 1],
  )
  if (open.rowCount === 0) return false
  const from = queries[0]?.position ?? 0
  await insertChunk(client, submission, queries, from)
  if (queries.some(({ needs }) => needs.length > 0)) {
    await refuseMissingNeeds(client, submission.run, queries)
    await linkNeeds(client, submission.run, from)
  }
  await client.query("SELECT pg_notify('querypool_input', $1)", [submission.run])
  return true
}

async function closeInput(client: Client, run: string): Promise<void> {
  await client.query('UPDATE querypool.run SET input_open = false WHERE id = $1', [run])
  await notePaths(client, run)
  await client.query("SELECT pg_notify('querypool_input', $1)", [run])
}

interface Session {
  /** Does `work` in a transaction, again after the journal was away. It must come to the same when it is done twice. */
  write<T>(work: (client: Client) => Promise<T>): Promise<T>
  end(): Promise<void>
}

function openSession(journal: Journal, run: string): Session {
  let client: Client | null = null
  const end = async (): Promise<void> => {
    const ending = client
    client = null
    await ending?.end().catch(() => {})
  }
  const once = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    client ??= await connect(journal, run)
    await client.query('BEGIN')
    try {
      const value = await work(client)
      await client.query('COMMIT')
      return value
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {})
      throw error
    }
  }
  const write: Session['write'] = async (work) => {
    const since = Date.now()
    for (;;) {
      try {
        return await once(work)
      } catch (error) {
        if (!isOutage(error)) throw error
        await end()
        if (Date.now() - since > patienceMs) throw unreachable(journal, error)
        await new Promise((resolve) => setTimeout(resolve, reconnectMs))
      }
    }
  }
  return { write, end }
}

async function connect(journal: Journal, run: string): Promise<Client> {
  const client = new pg.Client({
    connectionString: journal.url,
    application_name: 'querypool-input',
    connectionTimeoutMillis: connectTimeoutMs,
    ...keepAlive,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    // The server finds out within half a minute when our machine is gone without a word.
    await client.query('SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4')
    await takeInputLock(client, run)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

function unreachable(journal: Journal, cause: unknown): QueryPoolError {
  const message = `The journal at ${describeServer(journal.url)} cannot be reached: ${causeOf(cause)}`
  return new QueryPoolError('QP_JOURNAL_UNREACHABLE', message, { cause })
}
