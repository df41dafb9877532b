import { readQueries, readRun } from '@querypool/shared/journal'
import type { Charge } from './charge.ts'

/** Above this a report lists only what did not succeed: the journal has the rest. */
const mostListed = 1000

/** Puts the completion report of a run beside its results: `<run>/<generation>/report.json`. */
export async function writeReport(charge: Charge, run: string): Promise<void> {
  const view = await readRun(charge.journal, run)
  const all = await readQueries(charge.journal, view)
  const queries = all.length > mostListed ? all.filter((query) => query.state !== 'succeeded') : all
  await charge.store.putText(
    `${run}/${view.generation}/report.json`,
    `${JSON.stringify({ version: 1, ...view, queries }, null, 2)}\n`,
  )
}
