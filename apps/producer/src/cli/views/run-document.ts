import { type Journal, type QueryView, type RunView, readQueryPages } from '@querypool/shared/journal'
import { printJsonList } from '../print-json-list.ts'

/**
 * Prints the document of `run --json`.
 *
 * @param timing startupMs: from the start of the command until its own workers were ready
 */
export async function printRunDocument(
  journal: Journal,
  run: RunView,
  timing: { readonly startupMs: number },
): Promise<void> {
  const head = {
    runId: run.run,
    batch: run.batch,
    generation: run.generation,
    state: run.state,
    startupMs: Math.round(timing.startupMs),
    wallMs: run.finishedAt === null ? null : run.finishedAt.getTime() - run.requestedAt.getTime(),
  }
  await printJsonList(head, 'queries', queryDocuments(journal, run))
}

/** The queries of a run as they are in the JSON documents of the command line, page by page. */
export async function* queryDocuments(journal: Journal, run: RunView): AsyncGenerator<readonly object[]> {
  for await (const page of readQueryPages(journal, run)) yield page.map(queryDocument)
}

function queryDocument(query: QueryView): object {
  const { name, state, attempts, rows, bytes, startedAt, finishedAt, worker, error, carriedFrom, needs, waitsFor } =
    query
  const sharedFrom = query.sharedFrom && { run: query.sharedFrom.run, query: query.sharedFrom.query }
  return {
    name,
    state,
    attempts,
    rows,
    bytes,
    startedAt,
    finishedAt,
    worker,
    error,
    carriedFrom,
    sharedFrom,
    needs,
    waitsFor,
  }
}
