import { formatDuration } from '@querypool/shared/duration'
import type { QueryView, RunView } from '@querypool/shared/journal'
import { restOfRun } from '@querypool/shared/plan'
import pc from 'picocolors'
import { renderCounts } from './render-counts.ts'
import { doneCount } from './render-runs.ts'

const barWidth = 24

/** What is known of a run at one moment. */
export interface Snapshot {
  readonly run: RunView
  /** All its queries in file order; of a very large run only the running ones. */
  readonly queries: readonly QueryView[]
  readonly isWhole: boolean
}

/**
 * The state of a run in one line: `nightly: 3/6 done (2 succeeded, 1 failed, 2 running, 1 queued), 8.0 s, about 7.0 s left`.
 */
export function renderProgressLine(snapshot: Snapshot, now: Date): string {
  const { run } = snapshot
  return `${run.batch}: ${doneCount(run)}/${run.queryCount} done (${renderCounts(run)}), ${formatDuration(elapsedMs(run, now))}${etaText(snapshot, now)}`
}

/**
 * The block that a terminal shows while a run goes on: a bar, and a line per running query.
 *
 * @param size how many columns the terminal has, and how many running queries may be shown
 */
export function renderLiveBlock(snapshot: Snapshot, now: Date, size: { columns: number; rows: number }): string {
  const { run, queries } = snapshot
  const failed = run.counts.failed > 0 ? `, ${pc.red(`${run.counts.failed} failed`)}` : ''
  const isCancelling = run.cancelRequestedAt !== null
  const cancelling = isCancelling ? ', cancelling' : run.stoppedAt === null ? '' : ', stopping'
  const head = `${run.batch} ${bar(run)} ${doneCount(run)}/${run.queryCount}${failed}${cancelling}, ${formatDuration(elapsedMs(run, now))}${etaText(snapshot, now)}`
  const running = queries.filter(({ state }) => state === 'running')
  const shown = running.slice(0, size.rows).map((query) => runningLine(query, now, size.columns))
  const more = run.counts.running - shown.length
  return [head, ...shown, ...(more > 0 && shown.length > 0 ? [pc.dim(`  … and ${more} more running`)] : [])].join('\n')
}

function etaText({ run, queries, isWhole }: Snapshot, now: Date): string {
  const leftMs = isWhole ? restOfRun(run, queries, now) : null
  return leftMs === null || leftMs === 0 ? '' : `, about ${formatDuration(leftMs)} left`
}

function runningLine({ name, startedAt, attempts }: QueryView, now: Date, columns: number): string {
  const time = startedAt === null ? '' : formatDuration(now.getTime() - startedAt.getTime())
  const attempt = attempts > 1 ? ` (attempt ${attempts})` : ''
  const most = Math.max(8, columns - time.length - attempt.length - 5)
  return `  ${pc.cyan('▸')} ${name.length > most ? `${name.slice(0, most - 1)}…` : name}${attempt} ${pc.dim(time)}`
}

function bar(run: RunView): string {
  const full = run.queryCount === 0 ? 0 : Math.floor((doneCount(run) / run.queryCount) * barWidth)
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`
}

function elapsedMs({ requestedAt, finishedAt }: RunView, now: Date): number {
  return (finishedAt ?? now).getTime() - requestedAt.getTime()
}
