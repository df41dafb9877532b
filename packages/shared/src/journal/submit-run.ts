import type { PoolClient } from 'pg'
import type { BoundQuery, OnFailure } from '../batch/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'

/** What is to be run, and how. */
export interface Submission {
  readonly run: string
  /** The same key gives the same run; null: none. */
  readonly key: string | null
  readonly batch: string
  readonly file: string
  /** The database's name, or for a private run its address without password. */
  readonly database: string
  /** Whether the run has a queue, workers and an overseer of its own. */
  readonly private: boolean
  /** How many of its queries may run at once. */
  readonly slots: number
  readonly storeId: string
  /** The queue to which its results are published; null: none. */
  readonly publish: string | null
  readonly onFailure: OnFailure
}

/**
 * Writes a run and all its queries to the journal in one transaction; from its commit on the run will be done.
 *
 * @param queries in file order; `expectMs` counts only where nothing has been learned yet
 * @returns the run's id: another one than the submission's when a run with its key was there already
 */
export async function submitRun(
  journal: Journal,
  submission: Submission,
  queries: Iterable<BoundQuery>,
): Promise<{ run: string; isNew: boolean }> {
  return inTransaction(journal.pool, async (client) => {
    const inserted = await client.query(
      `INSERT INTO querypool.run (id, key, batch, file, database, private, slots, store_id, publish, on_failure)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (key) DO NOTHING`,
      [
        submission.run,
        submission.key,
        submission.batch,
        submission.file,
        submission.database,
        submission.private,
        submission.slots,
        submission.storeId,
        submission.publish,
        submission.onFailure,
      ],
    )
    if (inserted.rowCount === 0) {
      const { rows } = await client.query<{ id: string }>('SELECT id FROM querypool.run WHERE key = $1', [
        submission.key,
      ])
      return { run: rows[0]?.id ?? submission.run, isNew: false }
    }
    await insertQueries(client, submission, queries)
    await closeInput(client, submission.run)
    await client.query("SELECT pg_notify('querypool_run', $1)", [submission.run])
    return { run: submission.run, isNew: true }
  })
}

async function insertQueries(client: PoolClient, submission: Submission, queries: Iterable<BoundQuery>): Promise<void> {
  let chunk: BoundQuery[] = []
  for (const query of queries) {
    chunk.push(query)
    if (chunk.length === 1000) {
      await insertChunk(client, submission, chunk)
      chunk = []
    }
  }
  if (chunk.length > 0) await insertChunk(client, submission, chunk)
}

async function insertChunk(client: PoolClient, submission: Submission, queries: readonly BoundQuery[]): Promise<void> {
  const records = queries.map((query) => ({
    position: query.position,
    name: query.name,
    sql: query.sql,
    line: query.line,
    column: query.column,
    slots: query.slots,
    arguments: query.arguments,
    effect: query.effect,
    timeout_ms: query.timeoutMs,
    retries: query.retries,
    tags: query.tags,
    expected_ms: query.expectMs,
  }))
  await client.query(
    `INSERT INTO querypool.query
       (run, position, name, sql, line, "column", slots, arguments, effect, timeout_ms, retries, tags, expected_ms)
     SELECT $1, q.position, q.name, q.sql, q.line, q."column", q.slots, q.arguments, q.effect, q.timeout_ms, q.retries,
       q.tags, coalesce(learned.ms, q.expected_ms)
     FROM jsonb_to_recordset($3::jsonb) AS q(position int, name text, sql text, line int, "column" int, slots jsonb,
       arguments jsonb, effect text, timeout_ms int, retries int, tags text[], expected_ms double precision)
     LEFT JOIN LATERAL (
       SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms
       FROM querypool.duration d, unnest(d.recent_ms) AS ms WHERE d.batch = $2 AND d.query = q.name
     ) AS learned ON true`,
    [submission.run, submission.batch, JSON.stringify(records)],
  )
}

async function closeInput(client: PoolClient, run: string): Promise<void> {
  await client.query(
    `UPDATE querypool.run SET input_open = false,
       query_count = (SELECT count(*) FROM querypool.query WHERE run = $1) WHERE id = $1`,
    [run],
  )
}
