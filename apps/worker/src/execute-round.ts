import type { QueryToRun } from '@querypool/shared/journal'
import { renderStatement } from '@querypool/shared/render'
import type { Column, Outcome } from '@querypool/shared/result'
import { knownColumns, nameColumns } from './describe-statement.ts'
import { type Execution, type OutcomeOf, outcomeOf, timeoutOf } from './execute-query.ts'
import { failureOf, givenBack } from './failure-of.ts'
import { limitsOf } from './result-limits.ts'
import { type Came, RoundRows } from './round-rows.ts'
import { StatementsOut, savepoint } from './statements-out.ts'

/**
 * Executes a few queries at once, within the transaction of their job. When one fails, those behind it are not executed.
 * @param isTimed whether to find out when each of them ends; else they share the time evenly
 * @returns the outcomes of those that were executed; when the session is lost, only of those that need no more of it
 * @throws StoreWriteError
 */
export async function executeRound(
  execution: Execution,
  queries: readonly QueryToRun[],
  isTimed: boolean,
): Promise<Outcome[]> {
  const { session, writer } = execution
  const startedMs = Date.now()
  const statements = queries.map((query) => renderStatement(query.sql, query.slots, query.arguments))
  const rows = new RoundRows(
    writer,
    queries.map((query) => limitsOf(query, execution.maxResultBytes)),
  )
  const out = session.client.query(
    new StatementsOut(
      statements.map(({ text }) => text),
      isTimed,
    ),
  )
  for (let events = await out.take(); events !== null; events = await out.take())
    if ((await rows.take(events)) === 'cancel') await execution.cancelStatement()
  const share = (Date.now() - startedMs) / Math.max(1, rows.came.length)
  const outcomes: Outcome[] = []
  let began = startedMs
  for (const [index, query] of queries.entries()) {
    const [came, statement] = [rows.came[index], statements[index]]
    if (came === undefined || statement === undefined) break
    const what = 'failed' in came ? whyFailed(execution, query, statement, came.failed, startedMs) : succeeded(came)
    const ended = isTimed ? came.at : began + share
    outcomes.push(outcomeOf(query, new Date(began), new Date(ended), what))
    began = ended
  }
  return await withColumns(execution, rows.came, outcomes)
}

function succeeded({ rows, marks, part }: Exclude<Came, { readonly failed: unknown }>): OutcomeOf {
  return { state: 'succeeded', rows, marks: [...marks.all], ...part }
}

function whyFailed(
  execution: Execution,
  query: QueryToRun,
  { toOriginal }: ReturnType<typeof renderStatement>,
  error: unknown,
  startedMs: number,
): OutcomeOf {
  if (execution.isGivenBack()) return { state: 'givenBack', failure: givenBack }
  const failure = failureOf(error, toOriginal, timeoutOf(execution, query), Date.now() - startedMs)
  return { state: 'failed', failure }
}

/** The outcomes with their columns. The server is asked for types that are new, if it can still be asked. */
async function withColumns(
  { session }: Execution,
  came: readonly Came[],
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const isLost = outcomes.at(-1)?.failure?.code === 'QP_CONNECTION_LOST'
  const complete: Outcome[] = []
  for (const [index, outcome] of outcomes.entries()) {
    const one = came[index]
    if (one === undefined || 'failed' in one) complete.push(outcome)
    else {
      const columns = knownColumns(session, one.fields) ?? (isLost ? null : await askColumns(session, one.fields))
      if (columns !== null) complete.push({ ...outcome, columns })
    }
  }
  return complete
}

async function askColumns(session: Execution['session'], fields: Parameters<typeof nameColumns>[1]): Promise<Column[]> {
  // Nothing can be asked in a transaction in which a statement has failed.
  await session.client.query(`ROLLBACK TO SAVEPOINT ${savepoint}`)
  return nameColumns(session, fields)
}
