import type { DatabaseLimit, HeldSnapshot } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import type { QueryToRun } from '@querypool/shared/journal'
import { renderStatement } from '@querypool/shared/render'
import type { AttemptId, Column, Failure, Manifest, Outcome } from '@querypool/shared/result'
import { DatabaseError } from 'pg'
import { admit, NotAdmitted } from './admit.ts'
import { type ArtifactWriter, StoreWriteError, type WrittenPart } from './artifact-writer.ts'
import { CopyOut } from './copy-out.ts'
import { describeStatement } from './describe-statement.ts'
import { executeWrite } from './execute-write.ts'
import { isRefusedByCopy } from './refused-by-copy.ts'
import { limitsOf, ResultTooLarge } from './result-limits.ts'
import { RowsOut } from './rows-out.ts'
import type { Session } from './session.ts'

/** Where and for whom a query is executed. */
export interface Execution {
  readonly installation: string
  readonly attempt: AttemptId
  readonly session: Session
  readonly writer: ArtifactWriter
  readonly defaultTimeoutMs: number | null
  /** How many bytes the rows of one query may have; null: any number. */
  readonly maxResultBytes: number | null
  /** The limit of the database; null: none. */
  readonly limit: DatabaseLimit | null
  /** By which names the shared snapshot of the attempt's generation can be imported now; null: the attempt needs none. */
  readonly readSnapshot: (() => Promise<HeldSnapshot | null>) | null
  /** Whether the outcome of this attempt is in the store already. */
  isDone(): Promise<boolean>
  /** Whether nothing more of the run is to be begun. */
  isCancelled(): Promise<boolean>
  /** Whether this worker has cancelled the statement because it has to stop. */
  isGivenBack(): boolean
  /** The manifest of this attempt with these outcomes. */
  manifestOf(outcomes: readonly Outcome[]): Manifest
  /** Cancels the running statement in the database. */
  cancelStatement(): Promise<void>
  /** Told when the statement begins. */
  onStart(query: QueryToRun, startedAt: Date): void
}

const nothingWritten: WrittenPart = { offset: 0, bytes: 0, sha256: '' }
const copyPrefix = 'COPY (\n'

/**
 * Executes one query in a transaction that cannot write and is left open: whoever calls ends it once the outcome is
 * durable, so that the fence holds until then. That of a write is committed here. SQL errors are outcomes.
 * @throws StoreWriteError, NotAdmitted
 */
export async function executeQuery(execution: Execution, query: QueryToRun): Promise<Outcome> {
  let startedAt = new Date()
  const { text, toOriginal } = renderStatement(query.sql, query.slots, query.arguments)
  const timeoutMs = query.timeoutMs ?? execution.defaultTimeoutMs
  const ended = (rest: Partial<Outcome> & Pick<Outcome, 'state'>): Outcome => ({
    position: query.position,
    name: query.name,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    rows: 0,
    ...nothingWritten,
    columns: [],
    failure: null,
    ...rest,
  })
  try {
    await admit(execution, query.effect, timeoutMs)
    startedAt = new Date()
    execution.onStart(query, startedAt)
    if (query.effect === 'write')
      return await executeWrite(execution, query, text, (written) => ended({ state: 'succeeded', ...written }))
    const columns = await describeStatement(execution.session, text)
    const { part, rows, marks } = await writeRows(execution, query, text, columns)
    return ended({ state: 'succeeded', columns, rows, marks, ...part })
  } catch (error) {
    // Else the database would go on with what nobody takes.
    if (error instanceof StoreWriteError) await execution.cancelStatement().catch(() => {})
    if (error instanceof StoreWriteError || error instanceof NotAdmitted) throw error
    if (error instanceof ResultTooLarge) await execution.cancelStatement()
    if (execution.isGivenBack()) return ended({ state: 'givenBack', failure: givenBack })
    const elapsedMs = Date.now() - startedAt.getTime()
    return ended({ state: 'failed', failure: failureOf(error, toOriginal, timeoutMs, elapsedMs) })
  }
}

async function writeRows(
  { session, writer, maxResultBytes }: Execution,
  query: QueryToRun,
  text: string,
  columns: readonly Column[],
): Promise<{ part: WrittenPart; rows: number; marks: Outcome['marks'] }> {
  const limits = limitsOf(query, maxResultBytes)
  const out = isRefusedByCopy(text)
    ? new RowsOut(text, limits, columns)
    : new CopyOut(`${copyPrefix}${text}\n) TO STDOUT (FORMAT csv, HEADER)`, limits)
  const part = await writer.writePart(session.client.query(out))
  return { part, rows: await out.counted, marks: [...out.marks.all] }
}

const givenBack: Failure = plainFailure('QP_ATTEMPT_GIVEN_BACK', 'The worker was asked to stop.')

function failureOf(
  error: unknown,
  toOriginal: (position: number) => number,
  timeoutMs: number | null,
  elapsedMs: number,
): Failure {
  if (error instanceof ResultTooLarge) return plainFailure(error.code, error.message)
  if (error instanceof QueryPoolError) return plainFailure(error.code, error.message)
  if (!(error instanceof DatabaseError) || error.code === undefined)
    return plainFailure('QP_CONNECTION_LOST', error instanceof Error ? error.message : String(error))
  const timedOut = error.code === '57014' && timeoutMs !== null && elapsedMs >= timeoutMs * 0.99
  if (timedOut) return { ...plainFailure('QP_QUERY_TIMEOUT', `took longer than ${timeoutMs} ms`), sqlState: error.code }
  const position = Number(error.position ?? 0)
  return {
    code: error.code === '57014' ? 'QP_CANCELLED_IN_DATABASE' : 'QP_SQL_ERROR',
    message: error.message,
    sqlState: error.code,
    offset: position > 0 ? toOriginal(position) : null,
    detail: error.detail ?? null,
    hint: error.hint ?? null,
  }
}

function plainFailure(code: string, message: string): Failure {
  return { code, message, sqlState: null, offset: null, detail: null, hint: null }
}
