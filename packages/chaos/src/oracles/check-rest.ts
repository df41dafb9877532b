import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '../stage/stage.ts'
import { until } from '../until.ts'
import type { Oracle } from './round-outcome.ts'

/** Long enough for some comparisons of journal and Redis, at one a second. */
const restMs = 2500
const atRestWithinMs = 60_000

/**
 * When all runs are over, comparing journal and Redis again writes nothing: no row of the journal changes, and no job of
 * Redis. What a process writes of itself (that it lives, that it looked for stalled jobs) does not count.
 */
export const checkRest: Oracle = async ({ stage }) => {
  let wrong: string[] = []
  await until(atRestWithinMs, async () => {
    const before = await readTraces(stage)
    await wait(restMs)
    const after = await readTraces(stage)
    wrong = Object.keys(after)
      .filter((what) => after[what] !== before[what])
      .map((what) => `At rest, something is written again and again: ${what} was ${before[what]}, is ${after[what]}.`)
    return wrong.length === 0
  })
  return wrong
}

/** What changes with every row that is written to the journal and with every change of a job. */
async function readTraces({ journal, redis, prefix }: Stage): Promise<Record<string, string>> {
  const traces: Record<string, string> = {}
  const { rows } = await journal.query<{ name: string; written: string }>(
    `SELECT relname AS name, n_tup_ins + n_tup_upd + n_tup_del AS written FROM pg_stat_user_tables
     WHERE schemaname = 'querypool'`,
  )
  for (const { name, written } of rows) traces[`the table ${name}`] = String(written)
  for (const queue of ['runs', 'results', 'queries-main']) {
    const [newest] = await redis.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1)
    traces[`the events of the queue ${queue}`] = newest?.[0] ?? 'none'
  }
  return traces
}
