import type { FaultName } from '../faults/fault.ts'
import type { Oracle, RoundOutcome } from './round-outcome.ts'

/** Codes with which a query may fail because of a fault; what failed so succeeds when it is retried. */
const causes = new Set(['QP_WORKER_LOST', 'QP_CONNECTION_LOST', 'QP_STORE_WRITE', 'QP_CANCELLED'])
/** What can take both sessions that hold a snapshot, one after the other or at once. */
const losers: ReadonlySet<FaultName> = new Set([
  'kill-holder',
  'kill-holders',
  'freeze-holder',
  'restart-target',
  'crash-target',
  'crash-committing',
  'cut-link',
  'silence-link',
])
const passingSqlStates = /^(08|57P0|53|58030|25P0[13])/

interface EndedQuery {
  readonly key: string
  readonly name: string
  readonly generation: number
  readonly state: string
  readonly code: string | null
  readonly sqlState: string | null
  readonly message: string | null
}

/** All runs have succeeded in the end, and what did not on the way has a cause that was there. */
export const checkStates: Oracle = async (outcome) => [...(await checkRuns(outcome)), ...(await checkQueries(outcome))]

async function checkRuns({ stage, submissions }: RoundOutcome): Promise<string[]> {
  const wrong: string[] = []
  for (const { run, batch, isCancelAsked } of submissions) {
    const { rows } = await stage.journal.query<{ state: string; cancelled: number; results: number }>(
      `SELECT r.state, (SELECT count(*)::int FROM querypool.generation WHERE run = r.id AND state = 'cancelled') AS cancelled,
         (SELECT count(*)::int FROM querypool.result WHERE run = r.id AND generation = r.generation AND state = 'succeeded') AS results
       FROM querypool.run r WHERE key = $1`,
      [batch.key],
    )
    const [found] = rows
    if (rows.length !== 1 || found === undefined) {
      wrong.push(`${batch.key} has ${rows.length} runs.`)
      continue
    }
    if (found.state !== 'succeeded') wrong.push(`${batch.key} (${run}) is ${found.state} in the end.`)
    if (found.results !== batch.queries.length)
      wrong.push(`${batch.key} (${run}) has ${found.results} results of ${batch.queries.length} queries.`)
    if (found.cancelled > 0 && !isCancelAsked)
      wrong.push(`A generation of ${batch.key} (${run}) is cancelled, for which nobody asked.`)
  }
  return wrong
}

async function checkQueries({ stage, submissions, faults }: RoundOutcome): Promise<string[]> {
  const { rows } = await stage.journal.query<EndedQuery>(
    `SELECT r.key, q.name, x.generation, x.state, x.error->>'code' AS code, x.error->>'sqlState' AS "sqlState",
       x.error->>'message' AS message
     FROM querypool.result x JOIN querypool.run r ON r.id = x.run
     JOIN querypool.query q ON q.run = x.run AND q.position = x.position
     WHERE r.key = ANY ($1) AND x.state <> 'succeeded'`,
    [submissions.map(({ batch }) => batch.key)],
  )
  const canLoseSnapshots = [...faults].some((fault) => losers.has(fault))
  const asked = new Set(submissions.filter((one) => one.isCancelAsked).map(({ batch }) => batch.key))
  return rows
    .filter((row) => !isExcused(row, asked) && !(row.code === 'QP_SNAPSHOT_LOST' && canLoseSnapshots))
    .map(
      ({ key, name, generation, state, code, sqlState, message }) =>
        `${key}/${name} is ${state} in generation ${generation}, for no fault: ${code} ${sqlState ?? ''} ${message}`,
    )
}

function isExcused({ key, state, code, sqlState }: EndedQuery, asked: ReadonlySet<string>): boolean {
  if (state === 'cancelled' || state === 'skipped') return asked.has(key)
  return causes.has(code ?? '') || (code === 'QP_SQL_ERROR' && passingSqlStates.test(sqlState ?? ''))
}
