import { formatDuration } from '@querypool/shared/duration'
import { type Journal, type QueryView, type RunView, readQueries } from '@querypool/shared/journal'
import { paintState } from '../paint-state.ts'
import { describeFailure } from './describe-failure.ts'
import { renderCounts } from './render-counts.ts'
import { renderQueries, spentMs } from './render-queries.ts'

const mostTableRows = 50
const mostFailures = 20
const slowestShown = 5

/**
 * Prints what a run came to: its queries (of a large run the slowest), its failures, and where the results are.
 *
 * @param folder where the results were copied to, or null
 */
export async function printSummary(
  journal: Journal,
  run: RunView,
  out: NodeJS.WritableStream,
  folder: string | null,
): Promise<void> {
  const queries = await readQueries(journal, run)
  const lines: string[] = ['']
  if (queries.length <= mostTableRows) lines.push(renderQueries(run.run, queries), '')
  else if (run.counts.succeeded > 0) lines.push('The slowest queries:', renderQueries(run.run, slowest(queries)), '')
  lines.push(...(await failureLines(journal, run, queries)))
  lines.push(...sharedLines(queries))
  const wallMs = (run.finishedAt ?? new Date()).getTime() - run.requestedAt.getTime()
  lines.push(`Run ${run.run} ${paintState(run.state)} in ${formatDuration(wallMs)}: ${renderCounts(run)}`)
  if (folder !== null) lines.push(`Results are in ${folder}`)
  else if (run.counts.succeeded > 0) lines.push(`Results: querypool results ${run.run} QUERY`)
  out.write(`${lines.join('\n')}\n`)
}

/** The failures of a run as lines: for each what happened and where, at most 20. */
export async function failureLines(journal: Journal, run: RunView, queries: readonly QueryView[]): Promise<string[]> {
  const failed = queries.filter(({ state, error }) => state === 'failed' && error !== null)
  const lines: string[] = []
  for (const query of failed.slice(0, mostFailures)) lines.push(await describeFailure(journal, run, query), '')
  if (failed.length > mostFailures)
    lines.push(`… and ${failed.length - mostFailures} more: querypool status ${run.run} --json`, '')
  return lines
}

/** How many of a run's queries were not executed, since another had their result. */
function sharedLines(queries: readonly QueryView[]): string[] {
  const count = queries.filter(({ sharedFrom }) => sharedFrom !== null).length
  if (count === 0) return []
  return [`${count} of ${queries.length} queries share the result of an identical one and were not executed.`]
}

function slowest(queries: readonly QueryView[]): QueryView[] {
  return queries.toSorted((one, other) => spentMs(other) - spentMs(one)).slice(0, slowestShown)
}
