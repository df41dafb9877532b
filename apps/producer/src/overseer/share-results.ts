import { type AskingQuery, readAsking, shareResults as shareInJournal } from '@querypool/shared/journal'
import type { Charge } from './charge.ts'

const mostAtOnce = 500

/**
 * Gives the queries of a run's generation that may have the result of another one that result, if it is there and its rows
 * are in the store; the others are run. To be done before queries are claimed. Can be repeated, by any number of overseers.
 */
export async function shareResults({ journal, store }: Charge, run: string, generation: number): Promise<void> {
  for (;;) {
    const asking = await readAsking(journal, run, store.id, mostAtOnce)
    if (asking.length === 0) return
    const artifacts = [...new Set(asking.flatMap(({ cached }) => cached?.artifact ?? []))]
    const isThere = await Promise.all(artifacts.map((artifact) => store.has(artifact)))
    const missing = new Set(artifacts.filter((_, index) => !isThere[index]))
    const readable = (query: AskingQuery): AskingQuery =>
      query.cached !== null && missing.has(query.cached.artifact) ? { ...query, cached: null } : query
    if (!(await shareInJournal(journal, run, generation, asking.map(readable)))) return
  }
}
