import type { DatabaseLimit, HeldSnapshot } from '@querypool/shared/database'
import type { QueryToRun } from '@querypool/shared/journal'
import { queriesKey, queriesToRun, type RunQueriesData } from '@querypool/shared/queue'
import {
  type AttemptId,
  type Manifest,
  manifestKey,
  type Outcome,
  type ResultStore,
  rowsKey,
  writtenRowsKey,
} from '@querypool/shared/result'
import { NotAdmitted } from './admit.ts'
import { ArtifactWriter, StoreWriteError, storeFailed } from './artifact-writer.ts'
import { executeGroup } from './execute-group.ts'
import { type Execution, executeQuery } from './execute-query.ts'
import type { SessionPool } from './session-pool.ts'

/** What a worker works with. */
export interface Workplace {
  readonly name: string
  readonly store: ResultStore
  readonly sessions: SessionPool
  readonly defaultTimeoutMs: number | null
  /** The limit of the database; null: none. */
  readonly limit: DatabaseLimit | null
  /** How many bytes the rows of one query may have; null: any number. */
  readonly maxResultBytes: number | null
  /** Whether the worker is past its grace period and gives everything back. */
  isGivingBack(): boolean
  /** By which names the snapshot of the attempt's generation can be imported now; null: nobody knows. */
  readSnapshot(id: AttemptId): Promise<HeldSnapshot | null>
  /** Whether the attempt's generation of its run is known to be cancelled. */
  isCancelled(id: AttemptId): Promise<boolean>
  onStart(note: { position: number; query: string; startedAt: string; pid: number }): void
  onEnd(outcome: Outcome): void
}

/** What a run-queries job returns: a pointer, never rows or messages of the database. */
export interface RunQueriesResult {
  readonly manifest: boolean
  readonly failure: { readonly code: string; readonly message: string } | null
}

/**
 * One attempt at the queries of a job: each is executed, its rows go to the store, and a manifest says what they came to.
 * What happened is a value; only a fault of the program throws. `full`, `fenced`, `unheld`: nothing could begin yet.
 */
export async function runQueries(
  place: Workplace,
  data: RunQueriesData,
): Promise<RunQueriesResult | 'full' | 'fenced' | 'unheld'> {
  if (data.storeId !== place.store.id)
    return refused('QP_STORE_MISMATCH', `The worker ${place.name} has another result store than the run.`)
  if (await place.isCancelled(data)) return nothingDone
  let writer: ArtifactWriter | null = null
  let isConnected = false
  try {
    const queries = data.queries ?? (await readLongQueries(place.store, data))
    const rowsAt = queries.some(({ effect }) => effect === 'write') ? writtenRowsKey(data) : rowsKey(data)
    const rows = new ArtifactWriter(place.store, data, rowsAt)
    writer = rows
    return await place.sessions.use(async (session) => {
      isConnected = true
      const execution = {
        installation: data.installation,
        attempt: data,
        session,
        writer: rows,
        defaultTimeoutMs: place.defaultTimeoutMs,
        maxResultBytes: place.maxResultBytes,
        limit: place.limit,
        readSnapshot: data.sharedSnapshot ? () => place.readSnapshot(data) : null,
        isDone: () => place.store.has(manifestKey(data)).catch(storeFailed),
        isCancelled: () => place.isCancelled(data),
        isGivenBack: place.isGivingBack,
        manifestOf: (outcomes: readonly Outcome[]) => manifestOf(place, data, outcomes),
        cancelStatement: () => place.sessions.cancel([session.pid]),
        onStart: (query: QueryToRun, startedAt: Date) =>
          place.onStart({
            position: query.position,
            query: query.name,
            startedAt: startedAt.toISOString(),
            pid: session.pid,
          }),
      }
      const outcomes = await executeAll(execution, queries)
      if (outcomes === 'done') return { manifest: true, failure: null }
      if (outcomes === 'cancelled') return nothingDone
      if (outcomes === 'elsewhere')
        return refused(
          'QP_SNAPSHOT_SERVERS_DIFFER',
          `${place.name} reaches another server than the one with the snapshot, or that one was started again.`,
        )
      if (!Array.isArray(outcomes)) return outcomes
      for (const outcome of outcomes) place.onEnd(outcome)
      const isFirst = await rows.publish(execution.manifestOf(outcomes))
      return isFirst ? { manifest: true, failure: null } : nothingDone
    })
  } catch (error) {
    if (error instanceof StoreWriteError) return refused(error.code, error.message)
    // A server that is being restarted will not have the snapshot; the queries are not to fail before that is settled.
    if (data.sharedSnapshot && !isConnected) return 'unheld'
    return refused('QP_CONNECTION_LOST', error instanceof Error ? error.message : String(error))
  } finally {
    await writer?.discard()
  }
}

const nothingDone: RunQueriesResult = { manifest: false, failure: null }

/** Executes what a job carries. The transaction is left open. */
async function executeAll(
  execution: Execution,
  queries: readonly QueryToRun[],
): Promise<Outcome[] | NotAdmitted['why']> {
  const [only, ...more] = queries
  try {
    if (only !== undefined && more.length === 0) return [await executeQuery(execution, only)]
    return await executeGroup(execution, queries)
  } catch (error) {
    if (error instanceof NotAdmitted) return error.why
    // Else the database would go on with what nobody takes.
    if (error instanceof StoreWriteError) await execution.cancelStatement().catch(() => {})
    throw error
  }
}

function manifestOf(place: Workplace, data: RunQueriesData, outcomes: readonly Outcome[]): Manifest {
  const { run, generation, job, attempt } = data
  return { version: 1, run, generation, job, attempt, worker: place.name, outcomes: [...outcomes] }
}

async function readLongQueries(store: ResultStore, data: RunQueriesData): Promise<QueryToRun[]> {
  const key = queriesKey(data)
  const text = await store.getText(key).catch(storeFailed)
  return text === null ? storeFailed(`${store.locate(key)} is missing`) : queriesToRun.parse(JSON.parse(text))
}

function refused(code: string, message: string): RunQueriesResult {
  return { manifest: false, failure: { code, message } }
}
