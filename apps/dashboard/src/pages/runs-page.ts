import { formatDuration } from '@querypool/shared/duration'
import type { RunView } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'
import { type Html, html } from './html.ts'
import type { Page } from './page.ts'
import { instant, stateMark } from './show-values.ts'

/** The list of the latest runs. */
export function runsPage(runs: readonly RunView[], most: number): Page {
  return {
    title: 'Runs',
    refreshSeconds: runs.some(({ state }) => !isTerminal(state)) ? 5 : null,
    body: html`<h1>Runs</h1>
${runs.length === 0 ? html`<p class="empty">There are no runs yet. <code>querypool run</code> starts one.</p>` : table(runs)}
${runs.length === most && html`<p class="hint">The latest ${most}; <code>querypool status RUN</code> shows older ones.</p>`}`,
  }
}

function table(runs: readonly RunView[]): Html {
  return html`<div class="scroll"><table>
<thead><tr><th>Run</th><th>Batch</th><th>Database</th><th>State</th><th class="number">Done</th><th class="number">Failed</th><th>Created</th><th class="number">Time</th></tr></thead>
<tbody>${runs.map(row)}</tbody>
</table></div>`
}

function row(run: RunView): Html {
  const { succeeded, failed, cancelled, skipped } = run.counts
  const tookMs = (run.finishedAt ?? new Date()).getTime() - run.createdAt.getTime()
  return html`<tr>
<td><a class="mono" href="/runs/${encodeURIComponent(run.run)}">${run.run}</a></td>
<td>${run.batch}</td><td>${run.database}</td><td>${stateMark(run.state)}</td>
<td class="number">${succeeded + failed + cancelled + skipped}/${run.queryCount}</td>
<td class="number">${failed}</td><td>${instant(run.createdAt)}</td><td class="number">${formatDuration(tookMs)}</td>
</tr>`
}
