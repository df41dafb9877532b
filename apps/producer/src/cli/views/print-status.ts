import { formatDuration } from '@querypool/shared/duration'
import { catalogue } from '@querypool/shared/errors'
import {
  type Journal,
  type RunEvent,
  type RunView,
  readEvents,
  readNotifications,
  readQueriesPart,
  readRest,
  readSlotOfRun,
  type SlotView,
} from '@querypool/shared/journal'
import type { WaitingReason } from '../../waiting/index.ts'
import { paintState } from '../paint-state.ts'
import { printJsonList } from '../print-json-list.ts'
import { generationDocument, generationLines, readAllGenerations } from './generations.ts'
import { notificationLines } from './notification-lines.ts'
import { failureLines } from './print-summary.ts'
import { renderCounts } from './render-counts.ts'
import { renderQueries } from './render-queries.ts'
import { queryDocuments } from './run-document.ts'
import { snapshotLines } from './snapshot-lines.ts'

const mostEvents = 20
const mostTableRows = 200

/** What is known of a run besides what the journal keeps. */
export interface StatusExtras {
  /** Whether nobody works for the run any more. */
  readonly isAbandoned: boolean
  /** Why queries of it wait. */
  readonly waiting: readonly WaitingReason[]
}

/** Prints a run for people: what it is, why its queries wait, its queries, its failures and its events. */
export async function printStatus(journal: Journal, run: RunView, extras: StatusExtras): Promise<void> {
  const queries = await readQueriesPart(journal, run, { state: null, from: 0, most: mostTableRows })
  const events = await readEvents(journal, run.run, mostEvents)
  const slot = await readSlotOfRun(journal, run.run)
  const lines = [
    ...headLines(run, slot),
    ...leftLines(await readRest(journal, run, new Date())),
    ...generationLines(run, await readAllGenerations(journal, run)),
    ...waitingLines(extras.waiting),
    '',
    renderQueries(run.run, queries),
    '',
  ]
  if (run.queryCount > mostTableRows)
    lines.push(`… and ${run.queryCount - mostTableRows} more: querypool status ${run.run} --json`, '')
  lines.push(
    ...(await failureLines(journal, run)),
    ...notificationLines(await readNotifications(journal, run.run)),
    ...eventLines(events),
  )
  if (extras.isAbandoned)
    lines.push(`${catalogue.QP_RUN_ABANDONED.means} [QP_RUN_ABANDONED]`, `  → ${catalogue.QP_RUN_ABANDONED.remedy}`)
  console.log(lines.join('\n').trimEnd())
}

/** Prints the document of `status --json`. */
export async function printStatusDocument(journal: Journal, run: RunView, extras: StatusExtras): Promise<void> {
  const { run: runId, ...rest } = run
  const events = await readEvents(journal, run.run, mostEvents)
  const generations = (await readAllGenerations(journal, run)).map(generationDocument)
  const now = new Date()
  const remainingMs = await readRest(journal, run, now)
  const head = {
    runId,
    ...rest,
    remainingMs: remainingMs && Math.round(remainingMs),
    expectedEndAt: remainingMs === null ? null : new Date(now.getTime() + remainingMs),
    ...extras,
    slot: await readSlotOfRun(journal, run.run),
    generations,
  }
  await printJsonList(head, 'queries', queryDocuments(journal, run), {
    notifications: await readNotifications(journal, run.run),
    events,
  })
}

function headLines(run: RunView, slot: SlotView | null): string[] {
  const { cancelRequestedAt, cancelRequestedBy, stoppedAt, stoppedBy, stoppedError } = run
  const stoppedWhy = stoppedError === null ? `because ${stoppedBy} failed` : `with ${stoppedError.code}`
  const elapsed = formatDuration((run.finishedAt ?? new Date()).getTime() - run.requestedAt.getTime())
  const took = `, ${run.finishedAt === null ? 'for' : 'took'} ${elapsed}`
  return [
    `Run       ${run.run}${run.key === null ? '' : ` (key ${run.key})`}`,
    `Batch     ${run.batch} (${run.file}) on ${run.database}`,
    ...(slot === null ? [] : [`Slot      ${slot.at.toISOString()} of the schedule ${slot.schedule}`]),
    `State     ${paintState(run.state)}: ${renderCounts(run)}`,
    `Created   ${run.createdAt.toISOString()}${run.generation === 1 ? took : ''}`,
    ...(run.generation === 1
      ? []
      : [`Retried   ${run.requestedAt.toISOString()} by ${run.requestedBy ?? 'nobody known'}${took}`]),
    `Workers   ${run.private ? `${run.slots} slots of its own` : 'the shared ones'}`,
    ...(run.maxParallel === null ? [] : [`At once   at most ${run.maxParallel} queries`]),
    ...snapshotLines(run, new Date()),
    ...(cancelRequestedAt === null
      ? []
      : [`Cancel    asked at ${cancelRequestedAt.toISOString()} by ${cancelRequestedBy ?? 'nobody known'}`]),
    ...(stoppedAt === null ? [] : [`Stopped   at ${stoppedAt.toISOString()} ${stoppedWhy}`]),
  ]
}

function leftLines(remainingMs: number | null): string[] {
  return remainingMs === null ? [] : [`Left      about ${formatDuration(remainingMs)}`]
}

function waitingLines(waiting: readonly WaitingReason[]): string[] {
  return waiting.flatMap(({ code, message, queries }) => [
    `Waiting   ${queries} ${queries === 1 ? 'query' : 'queries'}: ${message} [${code}]`,
    `            → ${catalogue[code].remedy}`,
  ])
}

function eventLines(events: readonly RunEvent[]): string[] {
  if (events.length === 0) return []
  return ['Events:', ...events.map(({ at, code, message }) => `  ${at.toISOString()} ${message} [${code}]`), '']
}
