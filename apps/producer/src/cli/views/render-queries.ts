import { formatDuration } from '@querypool/shared/duration'
import type { QueryView } from '@querypool/shared/journal'
import { formatBytes } from '@querypool/shared/size'

import { paintState } from '../paint-state.ts'
import { renderTable } from '../render-table.ts'

/** Queries of a run as a table, in the order given. */
export function renderQueries(run: string, queries: readonly QueryView[]): string {
  const isShared = queries.some(({ sharedFrom }) => sharedFrom !== null)
  const why = queries.map(whyNot)
  const isWaiting = why.some((text) => text !== '')
  return renderTable(
    [
      { title: 'QUERY' },
      { title: 'STATE' },
      { title: 'ATTEMPTS', align: 'right' },
      { title: 'ROWS', align: 'right' },
      { title: 'SIZE', align: 'right' },
      { title: 'TIME', align: 'right' },
      ...(isShared ? [{ title: 'SHARED FROM' }] : []),
      ...(isWaiting ? [{ title: 'NEEDS' }] : []),
    ],
    queries.map((query, index) => [
      query.name,
      paintState(query.state),
      String(query.attempts),
      query.rows === null ? '' : String(query.rows),
      query.bytes === null ? '' : formatBytes(query.bytes),
      query.startedAt === null ? '' : formatDuration(spentMs(query)),
      ...(isShared ? [nameOfShared(run, query)] : []),
      ...(isWaiting ? [why[index] ?? ''] : []),
    ]),
  )
}

const mostNamed = 3

/** For which others a query waits, or which of them it was skipped for; empty: neither. */
export function whyNot({ waitsFor, error }: Pick<QueryView, 'waitsFor' | 'error'>): string {
  if (error?.code === 'QP_NEED_FAILED') return error.message
  if (waitsFor.length === 0) return ''
  const more = waitsFor.length > mostNamed ? ` and ${waitsFor.length - mostNamed} more` : ''
  return `waits for ${waitsFor.slice(0, mostNamed).join(', ')}${more}`
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
