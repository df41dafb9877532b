import { formatDuration } from '@querypool/shared/duration'
import type { WorkerRecord } from '@querypool/shared/queue'
import { renderTable } from '../render-table.ts'

/** Workers as a table, each with what it runs in lines of its own under it. */
export function renderWorkers(workers: readonly WorkerRecord[], now: Date): string {
  const since = (instant: string): string => formatDuration(Math.max(0, now.getTime() - Date.parse(instant)))
  return renderTable(
    [
      { title: 'WORKER' },
      { title: 'STATE' },
      { title: 'RUNS', align: 'right' },
      { title: 'DATABASES' },
      { title: 'VERSION' },
      { title: 'UP', align: 'right' },
    ],
    workers.flatMap((worker) => [
      [
        worker.id,
        worker.state,
        `${worker.running.length}/${worker.concurrency}`,
        worker.databases.join(', '),
        worker.version,
        since(worker.startedAt),
      ],
      ...worker.running.map(({ run, query, database, attempt, since: begun }) => [
        `  ${query}`,
        attempt > 1 ? `attempt ${attempt}` : '',
        '',
        database,
        run,
        since(begun),
      ]),
      ...(worker.trouble === null ? [] : [[`  ! ${worker.trouble}`, '', '', '', '', '']]),
    ]),
  )
}
