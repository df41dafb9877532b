import { formatDuration } from '@querypool/shared/duration'
import type { QueryView } from '@querypool/shared/journal'
import { formatBytes } from '@querypool/shared/size'

import { paintState } from '../paint-state.ts'
import { renderTable } from '../render-table.ts'

/** Queries of a run as a table, in the order given. */
export function renderQueries(run: string, queries: readonly QueryView[]): string {
  const isShared = queries.some(({ sharedFrom }) => sharedFrom !== null)
  return renderTable(
    [
      { title: 'QUERY' },
      { title: 'STATE' },
      { title: 'ATTEMPTS', align: 'right' },
      { title: 'ROWS', align: 'right' },
      { title: 'SIZE', align: 'right' },
      { title: 'TIME', align: 'right' },
      ...(isShared ? [{ title: 'SHARED FROM' }] : []),
    ],
    queries.map((query) => [
      query.name,
      paintState(query.state),
      String(query.attempts),
      query.rows === null ? '' : String(query.rows),
      query.bytes === null ? '' : formatBytes(query.bytes),
      query.startedAt === null ? '' : formatDuration(spentMs(query)),
      ...(isShared ? [nameOfShared(run, query)] : []),
    ]),
  )
}

/** Whose result a query has, with the run if that is another one; empty: its own. */
export function nameOfShared(run: string, { sharedFrom }: Pick<QueryView, 'sharedFrom'>): string {
  if (sharedFrom === null) return ''
  return sharedFrom.run === run ? sharedFrom.query : `${sharedFrom.query} of ${sharedFrom.run}`
}

/** How long a query took, or has taken so far, in ms; 0 before it starts. */
export function spentMs({ startedAt, finishedAt }: QueryView): number {
  return startedAt === null ? 0 : (finishedAt ?? new Date()).getTime() - startedAt.getTime()
}
