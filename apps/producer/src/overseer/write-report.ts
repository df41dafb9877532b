import { type Journal, type RunView, readQueries } from '@querypool/shared/journal'
import type { ResultStore } from '@querypool/shared/result'

/** Above this a report lists only what did not succeed: the journal has the rest. */
const mostListed = 1000

/** Puts the completion report of a run that ends beside its results: `<run>/<generation>/report.json`. */
export async function writeReport(journal: Journal, store: ResultStore, ended: RunView): Promise<void> {
  const all = await readQueries(journal, ended)
  const queries = all.length > mostListed ? all.filter((query) => query.state !== 'succeeded') : all
  await store.putText(
    `${ended.run}/${ended.generation}/report.json`,
    `${JSON.stringify({ version: 1, ...ended, queries }, null, 2)}\n`,
  )
}
