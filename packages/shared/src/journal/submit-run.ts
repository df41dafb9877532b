import type { ClientBase } from 'pg'
import type { BoundQuery, IdenticalMode, OnFailure, SnapshotMode } from '../batch/index.ts'
import { type Hook, hooksOf, type NotifyDefinition } from '../notify/index.ts'
import { inTransaction } from './in-transaction.ts'
import { insertChunk, queriesPerChunk } from './insert-queries.ts'
import type { Journal } from './journal.ts'
import { linkNeeds, notePaths } from './link-needs.ts'
import { wantSnapshot } from './snapshot-generation.ts'

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
  /** What its queries see; `own` if not said. */
  readonly snapshot?: SnapshotMode
  /** Whether reads that are the same run once; `each` runs by itself if not said. */
  readonly identical?: IdenticalMode
  /** How many of its queries may run at once, also where there are more slots; null, or not said: as many as slots. */
  readonly maxParallel?: number | null
  /** Whether queries with `cache` take results of runs before; they do if not said. Others may take theirs in any case. */
  readonly takesCached?: boolean
  /** Who is told of what becomes of the run; nobody if not said. */
  readonly notify?: readonly NotifyDefinition[]
  /** How long it is kept after its end, in ms; null, or not said: as overseers keep runs. */
  readonly keepMs?: number | null
  /** As whom the database is queried, where its name does not say that; what others see may be other data. */
  readonly seenAs?: string | null
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
  queries: Iterable<BoundQuery> | AsyncIterable<BoundQuery>,
): Promise<{ run: string; isNew: boolean }> {
  return inTransaction(journal.pool, (client) => submitWithin(client, submission, queries))
}

/** As submitRun, within a transaction. */
export async function submitWithin(
  client: ClientBase,
  submission: Submission,
  queries: Iterable<BoundQuery> | AsyncIterable<BoundQuery>,
): Promise<{ run: string; isNew: boolean }> {
  const earlier = await insertRun(client, submission)
  if (earlier !== null) return { run: earlier, isNew: false }
  const { count, hasNeeds } = await insertQueries(client, submission, queries)
  await client.query('UPDATE querypool.run SET input_open = false, query_count = $2 WHERE id = $1', [
    submission.run,
    count,
  ])
  if (hasNeeds) {
    await linkNeeds(client, submission.run, 0)
    await notePaths(client, submission.run)
  }
  await client.query("SELECT pg_notify('querypool_run', $1)", [submission.run])
  return { run: submission.run, isNew: true }
}

/**
 * Writes the row of a run, whose input is open: it cannot end before its input is closed.
 * @returns the id of the run that has its key already, its own id if it is there itself, else null
 */
export async function insertRun(client: ClientBase, submission: Submission): Promise<string | null> {
  const isShared = submission.snapshot === 'shared'
  const hooks = hooksOf(submission.notify ?? [])
  const inserted = await client.query(
    `INSERT INTO querypool.run (id, key, batch, file, database, private, slots, store_id, publish, on_failure,
       shared_snapshot, max_parallel, has_followers, last_dispatch, notify, next_deadline_at, keep_ms)
     VALUES ($1, $2, $3, $4, $5, $6, least($7, $12::int), $8, $9, $10, $11, $12, $13, 1, $14,
       clock_timestamp() + $15::float8 * interval '1 millisecond', $16) ON CONFLICT DO NOTHING`,
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
      isShared,
      submission.maxParallel ?? null,
      submission.identical === 'once',
      JSON.stringify(hooks),
      firstDeadlineMs(hooks),
      submission.keepMs ?? null,
    ],
  )
  if (inserted.rowCount !== 0) {
    if (isShared) await wantSnapshot(client, submission.run, 1)
    return null
  }
  const { rows } = await client.query<{ id: string }>('SELECT id FROM querypool.run WHERE key = $1 OR id = $2', [
    submission.key,
    submission.run,
  ])
  return rows[0]?.id ?? submission.run
}

function firstDeadlineMs(hooks: readonly Hook[]): number | null {
  const deadlines = hooks.flatMap(({ deadlineMs }) => (deadlineMs === null ? [] : [deadlineMs]))
  return deadlines.length === 0 ? null : Math.min(...deadlines)
}

async function insertQueries(
  client: ClientBase,
  submission: Submission,
  queries: Iterable<BoundQuery> | AsyncIterable<BoundQuery>,
): Promise<{ count: number; hasNeeds: boolean }> {
  let chunk: BoundQuery[] = []
  let count = 0
  let hasNeeds = false
  // While one chunk is written, the next is made.
  let writing: Promise<void> | null = null
  const write = async (): Promise<void> => {
    await writing
    writing = insertChunk(client, submission, chunk, 0)
    // Looked at when the next is to be written.
    writing.catch(() => {})
    chunk = []
  }
  try {
    for await (const query of queries) {
      chunk.push(query)
      count++
      hasNeeds ||= query.needs.length > 0
      if (chunk.length === queriesPerChunk) await write()
    }
    if (chunk.length > 0) await write()
  } finally {
    // In any case, for nothing of it may come behind the end of the transaction.
    await writing
  }
  return { count, hasNeeds }
}
