import { type Journal, type QueryView, type RunView, readQueries } from '@querypool/shared/journal'

/** The queries of a run that are running now, the ones that began first first, at most `most` of them. */
export async function readRunning(journal: Journal, run: RunView, most: number): Promise<QueryView[]> {
  const { rows } = await journal.pool.query<{ name: string }>(
    `SELECT name FROM querypool.query WHERE run = $1 AND running_since IS NOT NULL ORDER BY running_since LIMIT $2`,
    [run.run, most],
  )
  if (rows.length === 0) return []
  return readQueries(
    journal,
    run,
    rows.map(({ name }) => name),
  )
}
