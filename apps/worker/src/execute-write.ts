import type { QueryToRun } from '@querypool/shared/journal'
import { enterWrite, recordWrite } from '@querypool/shared/ledger'
import type { Outcome } from '@querypool/shared/result'
import { NotAdmitted } from './admit.ts'
import { describeStatement } from './describe-statement.ts'
import type { Execution } from './execute-query.ts'
import { limitsOf } from './result-limits.ts'
import { RowsOut } from './rows-out.ts'

/** What a write came to. */
export type Written = Pick<Outcome, 'columns' | 'rows' | 'marks' | 'offset' | 'bytes' | 'sha256' | 'artifact'>

/**
 * Executes a write in the transaction of an attempt that was admitted, and commits it. The ledger is entered first, so that
 * it is applied once; the rows that it returns are durable before the commit, and named in the ledger by the same commit.
 * When this throws, nothing is committed, or nobody here knows: the ledger does.
 *
 * @param text the statement as the server gets it
 * @param outcomeOf its outcome, which ends now
 * @throws NotAdmitted when it was committed before, StoreWriteError, ResultTooLarge, what the database says, QP_LEDGER_MISSING,
 * QP_LEDGER_REFUSED
 */
export async function executeWrite(
  execution: Execution,
  query: QueryToRun,
  text: string,
  outcomeOf: (written: Written) => Outcome,
): Promise<Outcome> {
  const { session, writer, installation, attempt, maxResultBytes } = execution
  const { client } = session
  const write = { installation, run: attempt.run, position: query.position }
  if (!(await enterWrite(client, write, query.name))) throw new NotAdmitted('done')
  const columns = await describeStatement(session, text)
  const out = new RowsOut(text, limitsOf(query, maxResultBytes), columns)
  const part = await writer.writePart(client.query(out))
  const rows = await out.counted
  // What was deferred to the end: now it counts as the statement's, with its timeout.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE')
  await writer.publishRows()
  const outcome = outcomeOf({ columns, rows, marks: [...out.marks.all], ...part, artifact: writer.rowsKey })
  await recordWrite(client, write, execution.manifestOf([outcome]))
  const { command } = await client.query('COMMIT')
  if (command !== 'COMMIT') throw new Error('the server has rolled the transaction back')
  return outcome
}
