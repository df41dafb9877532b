import {
  type Journal,
  type QueryView,
  type RunView,
  readQueries,
  readQueriesPart,
  readResultLines,
} from '@querypool/shared/journal'
import { type ResultStore, runManifestKey, runReportKey } from '@querypool/shared/result'

/** A report lists the queries of a run up to so many: the run's manifest has all of them. */
const mostListed = 1000

/**
 * Puts what a generation of a run came to beside its results, as it ends: `<run>/<generation>/manifest.ndjson` with a line
 * for each result, and then `report.json`.
 */
export async function writeReport(journal: Journal, store: ResultStore, ended: RunView): Promise<void> {
  const [queries] = await Promise.all([readListed(journal, ended), putManifest(journal, store, ended)])
  await store.putText(runReportKey(ended), `${JSON.stringify({ version: 1, ...ended, queries }, null, 2)}\n`)
}

async function readListed(journal: Journal, ended: RunView): Promise<readonly QueryView[]> {
  if (ended.queryCount <= mostListed) return readQueries(journal, ended)
  // To find none of them, all would be looked at.
  if (ended.counts.succeeded === ended.queryCount) return []
  return readQueriesPart(journal, ended, { state: 'not succeeded', from: 0, most: mostListed })
}

async function putManifest(journal: Journal, store: ResultStore, ended: RunView): Promise<void> {
  const part = await store.upload(runManifestKey(ended))
  try {
    for await (const lines of readResultLines(journal, ended)) await part.write(lines)
    await part.publish()
  } catch (error) {
    await part.discard()
    throw error
  }
}
