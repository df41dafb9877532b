import { formatDuration } from '@querypool/shared/duration'
import { catalogue } from '@querypool/shared/errors'
import type { QueryView, RunEvent, RunView } from '@querypool/shared/journal'
import { isTerminal, type QueryState } from '@querypool/shared/run'
import { formatBytes } from '@querypool/shared/size'
import { type Html, html } from './html.ts'
import type { Page } from './page.ts'
import { instant, stateMark } from './show-values.ts'

/** What the page of a run shows. */
export interface ShownRun {
  readonly run: RunView
  /** Nobody works for it any more. */
  readonly isAbandoned: boolean
  /** How long it will probably still take; null: over, or nobody can know. */
  readonly remainingMs: number | null
  /** The queries of this page of the list, and which they are. */
  readonly queries: readonly QueryView[]
  readonly part: QueriesOnPage
  readonly events: readonly RunEvent[]
}

/** Which queries are listed: those in this state (null: all), on the page of this number, which counts from 1. */
export interface QueriesOnPage {
  readonly state: QueryState | null
  readonly page: number
}

/** How many queries one page lists. */
export const queriesPerPage = 200

/** The states by which queries can be listed, in the order in which they are shown. */
export const queryStates = ['succeeded', 'failed', 'cancelled', 'skipped', 'running', 'queued'] as const

/** The page of a run: what `querypool status` shows of it, without SQL and rows. */
export function runPage(shown: ShownRun): Page {
  const { run, isAbandoned, events } = shown
  return {
    title: `${run.batch} ${run.run}`,
    refreshSeconds: isTerminal(run.state) ? null : 5,
    body: html`<h1>${run.batch} ${stateMark(run.state)}</h1>
${isAbandoned && abandoned}
${facts(shown)}
<h2>Queries</h2>
${filters(shown)}
${shown.queries.length === 0 ? html`<p class="empty">There are no such queries.</p>` : table(shown.queries)}
${pages(shown)}
${events.length > 0 && eventList(events)}`,
  }
}

const { means, remedy } = catalogue.QP_RUN_ABANDONED
const abandoned = html`<p class="notice" role="alert">${means} ${remedy} <code>QP_RUN_ABANDONED</code></p>`

function facts({ run, remainingMs }: ShownRun): Html {
  const tookMs = (run.finishedAt ?? new Date()).getTime() - run.createdAt.getTime()
  const { cancelRequestedAt, cancelRequestedBy } = run
  const rows: readonly (readonly [string, Html | string] | null)[] = [
    ['Run', html`<span class="mono">${run.run}</span>`],
    run.key === null ? null : ['Key', run.key],
    ['File', run.file],
    ['Database', run.database],
    ['Created', instant(run.createdAt)],
    [run.finishedAt === null ? 'Runs for' : 'Took', formatDuration(tookMs)],
    remainingMs === null ? null : ['Left', `about ${formatDuration(remainingMs)}`],
    ['Workers', run.private ? `${run.slots} slots of its own` : 'the shared ones'],
    run.maxParallel === null ? null : ['At once', `at most ${run.maxParallel} queries`],
    cancelRequestedAt === null
      ? null
      : ['Cancel asked', html`${instant(cancelRequestedAt)} by ${cancelRequestedBy ?? 'nobody known'}`],
  ]
  return html`<dl class="facts">${rows.map((row) => row && html`<div><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>`
}

function filters({ run, part }: ShownRun): Html {
  const link = (state: QueryState | null, count: number): Html =>
    html`<a href="${address(run, { state, page: 1 })}"${state === part.state && html` aria-current="true"`}>${state ?? 'all'} <b>${count}</b></a>`
  const present = queryStates.filter((state) => run.counts[state] > 0 || state === part.state)
  return html`<nav class="filters" aria-label="Queries by state">${link(null, run.queryCount)}${present.map((state) => link(state, run.counts[state]))}</nav>`
}

function table(queries: readonly QueryView[]): Html {
  return html`<div class="scroll"><table>
<thead><tr><th>Query</th><th>State</th><th class="number">Attempts</th><th class="number">Rows</th><th class="number">Size</th><th class="number">Time</th><th>Worker</th><th>Error</th></tr></thead>
<tbody>${queries.map(row)}</tbody>
</table></div>`
}

function row(query: QueryView): Html {
  const { name, state, attempts, rows, bytes, startedAt, finishedAt, worker, error, sharedFrom, waitsFor } = query
  const tookMs = startedAt && (finishedAt ?? new Date()).getTime() - startedAt.getTime()
  return html`<tr>
<td class="name">${name}</td><td>${stateMark(state)}${sharedFrom && html` as ${sharedFrom.query}`}</td><td class="number">${attempts}</td>
<td class="number">${rows}</td><td class="number">${bytes === null ? null : formatBytes(bytes)}</td>
<td class="number">${tookMs === null ? null : formatDuration(tookMs)}</td><td>${worker}</td>
<td class="error">${error && html`${error.message} <code>${error.code}</code>`}${waitsFor.length > 0 && waitingFor(waitsFor)}</td>
</tr>`
}

const mostNamed = 5

function waitingFor(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  return `waits for ${names.slice(0, mostNamed).join(', ')}${more}`
}

function pages({ run, part }: ShownRun): Html | null {
  const total = part.state === null ? run.queryCount : run.counts[part.state]
  const last = Math.max(1, Math.ceil(total / queriesPerPage))
  if (last === 1 && part.page === 1) return null
  const link = (page: number, text: string): Html | false =>
    page >= 1 && page <= last && html`<a href="${address(run, { ...part, page })}">${text}</a>`
  return html`<nav class="pages" aria-label="Pages">${link(part.page - 1, '← Previous')}<span>Page ${part.page} of ${last}</span>${link(part.page + 1, 'Next →')}</nav>`
}

function address({ run }: RunView, { state, page }: QueriesOnPage): string {
  const query = new URLSearchParams({ ...(state && { state }), ...(page > 1 && { page: String(page) }) }).toString()
  return `/runs/${encodeURIComponent(run)}${query && `?${query}`}`
}

function eventList(events: readonly RunEvent[]): Html {
  const rows = events.map(
    ({ at, code, message }) => html`<tr><td>${instant(at)}</td><td>${message}</td><td><code>${code}</code></td></tr>`,
  )
  return html`<h2>Events</h2><div class="scroll"><table><tbody>${rows}</tbody></table></div>`
}
