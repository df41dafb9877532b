import { type Journal, type QueryView, type RunView, readQueries } from '@querypool/shared/journal'

/**
 * The document of `run --json`.
 *
 * @param timing startupMs: from the start of the command until its own workers were ready
 */
export async function runDocument(journal: Journal, run: RunView, timing: { startupMs: number }): Promise<object> {
  const queries = await readQueries(journal, run)
  return {
    runId: run.run,
    batch: run.batch,
    generation: run.generation,
    state: run.state,
    startupMs: Math.round(timing.startupMs),
    wallMs: run.finishedAt === null ? null : run.finishedAt.getTime() - run.requestedAt.getTime(),
    queries: queries.map(queryDocument),
  }
}

/** A query in the JSON documents of the command line. */
export function queryDocument(query: QueryView): object {
  const { name, state, attempts, rows, bytes, startedAt, finishedAt, worker, error, carriedFrom } = query
  const sharedFrom = query.sharedFrom && { run: query.sharedFrom.run, query: query.sharedFrom.query }
  return { name, state, attempts, rows, bytes, startedAt, finishedAt, worker, error, carriedFrom, sharedFrom }
}
