import { formatDuration } from '@querypool/shared/duration'
import type { RunView } from '@querypool/shared/journal'
import { paintState } from '../paint-state.ts'
import { renderTable } from '../render-table.ts'

/** Runs as a table, in the order given. */
export function renderRuns(runs: readonly RunView[]): string {
  return renderTable(
    [
      { title: 'RUN' },
      { title: 'BATCH' },
      { title: 'STATE' },
      { title: 'DONE', align: 'right' },
      { title: 'FAILED', align: 'right' },
      { title: 'CREATED' },
      { title: 'TIME', align: 'right' },
    ],
    runs.map((run) => [
      run.run,
      run.batch,
      paintState(run.state),
      `${doneCount(run)}/${run.queryCount}`,
      String(run.counts.failed),
      run.createdAt.toISOString().slice(0, 19).replace('T', ' '),
      formatDuration((run.finishedAt ?? new Date()).getTime() - run.requestedAt.getTime()),
    ]),
  )
}

/** How many queries of a run have come to an end, whichever. */
export function doneCount({ counts }: Pick<RunView, 'counts'>): number {
  return counts.succeeded + counts.failed + counts.cancelled + counts.skipped
}
