import { formatDuration } from '@querypool/shared/duration'
import { countShared, type Journal, type RunView, readNotable, readQueries } from '@querypool/shared/journal'
import { paintState } from '../paint-state.ts'
import { describeFailure } from './describe-failure.ts'
import { renderCounts } from './render-counts.ts'
import { renderQueries } from './render-queries.ts'

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
  const lines: string[] = ['']
  if (run.queryCount <= mostTableRows) lines.push(renderQueries(run.run, await readQueries(journal, run)), '')
  else if (run.counts.succeeded > 0)
    lines.push(
      'The slowest queries:',
      renderQueries(run.run, await readNotable(journal, run, 'slowest', slowestShown)),
      '',
    )
  lines.push(...(await failureLines(journal, run)))
  lines.push(...(await sharedLines(journal, run)))
  const wallMs = (run.finishedAt ?? new Date()).getTime() - run.requestedAt.getTime()
  lines.push(`Run ${run.run} ${paintState(run.state)} in ${formatDuration(wallMs)}: ${renderCounts(run)}`)
  if (folder !== null) lines.push(`Results are in ${folder}`)
  else if (run.counts.succeeded > 0) lines.push(`Results: querypool results ${run.run} QUERY`)
  out.write(`${lines.join('\n')}\n`)
}

/** The failures of a run as lines: for each what happened and where, at most 20. */
export async function failureLines(journal: Journal, run: RunView): Promise<string[]> {
  const lines: string[] = []
  if (run.counts.failed === 0) return lines
  for (const query of await readNotable(journal, run, 'failed', mostFailures))
    lines.push(await describeFailure(journal, run, query), '')
  if (run.counts.failed > mostFailures)
    lines.push(`… and ${run.counts.failed - mostFailures} more: querypool status ${run.run} --json`, '')
  return lines
}

/** How many of a run's queries were not executed, since another had their result. */
async function sharedLines(journal: Journal, run: RunView): Promise<string[]> {
  const count = await countShared(journal, run)
  if (count === 0) return []
  return [`${count} of ${run.queryCount} queries share the result of an identical one and were not executed.`]
}
