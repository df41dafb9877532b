import type { QueryToRun } from '@querypool/shared/journal'
import type { Outcome } from '@querypool/shared/result'
import { admit } from './admit.ts'
import { type Execution, timeoutOf } from './execute-query.ts'
import { executeRound } from './execute-round.ts'
import { savepoint } from './statements-out.ts'

/** After this a job of several queries gives the rest of them back, in ms: others may be free to take them. */
const longestWorkMs = 10_000
// Rounds grow while they are over in no time, so that little is sent of which the server then has no time to do it. In the
// largest ones it answers when it likes, which is faster, and hardly matters for when each query ended.
const firstRound = 4
const largestRound = 64
const quickRoundMs = 50

/**
 * Executes several short queries, all of them reads, in one transaction that is left open, as `executeQuery` does. Each
 * begins at a savepoint, so none sees what another has set, nor is hurt by its failure; but `now()` is when the first began.
 * @returns the outcomes in order; queries without one are to be done by another attempt
 * @throws StoreWriteError, NotAdmitted
 */
export async function executeGroup(execution: Execution, queries: readonly QueryToRun[]): Promise<Outcome[]> {
  const [first] = queries
  if (first === undefined) throw new Error('a job carries no queries')
  await admit(execution, 'read', timeoutOf(execution, first))
  await execution.session.client.query(`SAVEPOINT ${savepoint}`)
  const deadline = performance.now() + longestWorkMs
  const outcomes: Outcome[] = []
  let size = firstRound
  do {
    const began = performance.now()
    const round = queries.slice(outcomes.length, outcomes.length + size)
    // Told of each only where they are slow enough to be seen.
    if (outcomes.length === 0 || size === 1) tellStart(execution, round)
    const came = await executeRound(execution, round, size < largestRound)
    outcomes.push(...came)
    if (await mayNotGoOn(execution, came.at(-1))) break
    size = performance.now() - began < quickRoundMs ? Math.min(2 * size, largestRound) : Math.max(1, size >> 1)
  } while (outcomes.length < queries.length && performance.now() < deadline && !execution.isGivenBack())
  return outcomes
}

function tellStart(execution: Execution, [first]: readonly QueryToRun[]): void {
  if (first !== undefined) execution.onStart(first, new Date())
}

/** Whether the last query that was executed is the last one for now: nobody wants the others any more, or there is no session. */
async function mayNotGoOn(execution: Execution, last: Outcome | undefined): Promise<boolean> {
  if (last === undefined || last.failure?.code === 'QP_CONNECTION_LOST') return true
  return last.failure !== null && (await execution.isCancelled())
}
