import type { DatabaseLimit, HeldSnapshot } from '@querypool/shared/database'
import type { QueryToRun } from '@querypool/shared/journal'
import { renderStatement } from '@querypool/shared/render'
import type { AttemptId, Column, Manifest, Outcome } from '@querypool/shared/result'
import { admit, NotAdmitted } from './admit.ts'
import { type ArtifactWriter, StoreWriteError, type WrittenPart } from './artifact-writer.ts'
import { CopyOut } from './copy-out.ts'
import { describeStatement } from './describe-statement.ts'
import { executeWrite } from './execute-write.ts'
import { failureOf, givenBack } from './failure-of.ts'
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
  const timeoutMs = timeoutOf(execution, query)
  const ended = (rest: OutcomeOf): Outcome => outcomeOf(query, startedAt, new Date(), rest)
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
    if (error instanceof StoreWriteError || error instanceof NotAdmitted) throw error
    if (error instanceof ResultTooLarge) await execution.cancelStatement()
    if (execution.isGivenBack()) return ended({ state: 'givenBack', failure: givenBack })
    const elapsedMs = Date.now() - startedAt.getTime()
    return ended({ state: 'failed', failure: failureOf(error, toOriginal, timeoutMs, elapsedMs) })
  }
}

/** What is particular to an outcome. */
export type OutcomeOf = Partial<Outcome> & Pick<Outcome, 'state'>

/** The outcome of a query; without rows unless they are given. */
export function outcomeOf(query: QueryToRun, startedAt: Date, finishedAt: Date, rest: OutcomeOf): Outcome {
  return {
    position: query.position,
    name: query.name,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    rows: 0,
    ...nothingWritten,
    columns: [],
    failure: null,
    ...rest,
  }
}

/** How long a query may take, in ms; null: as long as it likes. */
export function timeoutOf({ defaultTimeoutMs }: Execution, { timeoutMs }: QueryToRun): number | null {
  return timeoutMs ?? defaultTimeoutMs
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
