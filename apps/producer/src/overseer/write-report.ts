import { type Journal, type RunView, readQueries, readResultRecords } from '@querypool/shared/journal'
import { type ResultStore, runManifestKey, runReportKey } from '@querypool/shared/result'

/** A report lists the queries of a run up to so many: the run's manifest has all of them. */
const mostListed = 1000

/**
 * Puts what a generation of a run came to beside its results, as it ends: `<run>/<generation>/manifest.ndjson` with a line
 * for each result, and then `report.json`.
 */
export async function writeReport(journal: Journal, store: ResultStore, ended: RunView): Promise<void> {
  const failed = await putManifest(journal, store, ended)
  const names = ended.queryCount > mostListed ? failed : undefined
  const queries = await readQueries(journal, ended, names)
  await store.putText(runReportKey(ended), `${JSON.stringify({ version: 1, ...ended, queries }, null, 2)}\n`)
}

/** @returns the first names of those that did not succeed */
async function putManifest(journal: Journal, store: ResultStore, ended: RunView): Promise<string[]> {
  const failed: string[] = []
  const part = await store.upload(runManifestKey(ended))
  try {
    for await (const page of readResultRecords(journal, ended)) {
      await part.write(page.map((record) => `${JSON.stringify(record)}\n`).join(''))
      for (const { query, state } of page) if (state !== 'succeeded' && failed.length < mostListed) failed.push(query)
    }
    await part.publish()
  } catch (error) {
    await part.discard()
    throw error
  }
  return failed
}
