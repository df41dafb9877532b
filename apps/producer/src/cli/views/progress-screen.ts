import { formatDuration } from '@querypool/shared/duration'
import type { QueryView } from '@querypool/shared/journal'
import { createLogUpdate } from 'log-update'
import { renderLiveBlock, renderProgressLine, type Snapshot } from './render-progress.ts'
import { spentMs } from './render-queries.ts'
import { doneCount } from './render-runs.ts'

/** Of a larger run plain lines show the counts only. */
const mostFinishedLines = 50
const progressEveryMs = 2000

/** Where the progress of a run is shown. */
export interface ProgressScreen {
  /** Shows the latest state; `ended` are the queries that came to their end since the last time. */
  show(snapshot: Snapshot, ended: readonly QueryView[]): void
  /** Shows a line that stays. */
  announce(line: string): void
  close(): void
}

/** A block at the end of a terminal that is written anew each time; failures and announcements stay above it. */
export function openLiveScreen(out: NodeJS.WriteStream): ProgressScreen {
  const update = createLogUpdate(out)
  return {
    show: (snapshot, ended) => {
      for (const query of ended) if (query.state === 'failed') update.persist(endedLine(query))
      update(
        renderLiveBlock(snapshot, new Date(), { columns: out.columns ?? 80, rows: Math.max(1, (out.rows ?? 24) - 6) }),
      )
    },
    announce: (line) => update.persist(line),
    close: () => {
      update.clear()
      update.done()
    },
  }
}

/** Plain lines: one for each query that ends, or for a large run one with the counts every 2 s. */
export function openPlainScreen(out: NodeJS.WriteStream): ProgressScreen {
  let shownAt = 0
  let shownDone = 0
  return {
    show: (snapshot, ended) => {
      if (snapshot.run.queryCount <= mostFinishedLines) {
        for (const query of ended) out.write(`${endedLine(query)}\n`)
        return
      }
      if (doneCount(snapshot.run) === shownDone || Date.now() - shownAt < progressEveryMs) return
      shownAt = Date.now()
      shownDone = doneCount(snapshot.run)
      out.write(`${renderProgressLine(snapshot, new Date())}\n`)
    },
    announce: (line) => void out.write(`${line}\n`),
    close: () => {},
  }
}

function endedLine(query: QueryView): string {
  const rows = query.rows === null ? '' : `, ${query.rows} ${query.rows === 1 ? 'row' : 'rows'}`
  const time = query.startedAt === null ? '' : formatDuration(spentMs(query))
  // The message of a cancelled or skipped query begins with that word.
  if ((query.state === 'cancelled' || query.state === 'skipped') && query.error !== null)
    return `${query.name} ${query.error.message}${time && ` after ${time}`} [${query.error.code}]`
  const why = query.error === null ? '' : `: ${query.error.message} [${query.error.code}]`
  const shared = query.sharedFrom === null ? '' : `, shared from ${query.sharedFrom.query}`
  return `${query.name} ${query.state}${time && ` in ${time}`}${rows}${shared}${why}`
}
