import { formatDuration } from '@querypool/shared/duration'
import type { Forecast, PlannedQuery, RunPlan } from '@querypool/shared/plan'
import { renderTable } from '../render-table.ts'

const mostTableRows = 60
const timelineWidth = 40
const mostNamed = 4
const mostOfPath = 20

/** A plan, and of what. */
export interface PlannedBatch {
  readonly file: string
  readonly batch: string
  /** The database from whose runs the durations are known; null: the batch was never run. */
  readonly database: string | null
  readonly plan: RunPlan
}

/** Prints a plan for people: how long it would take, the queries in the order in which they begin, and a timeline. */
export function printPlan({ file, database, plan }: PlannedBatch, out: NodeJS.WritableStream): void {
  const { forecast, queries, criticalPath } = plan
  const lines = [
    `${file}${database === null ? '' : ` on ${database}`} with ${count(plan.slots, 'slot')}: ${summary(forecast)}`,
    '',
    renderPlan(plan),
  ]
  if (queries.length > mostTableRows) lines.push(`… and ${queries.length - mostTableRows} more, see --json`)
  lines.push('', ...forecastLines(forecast), ...pathLines(forecast, criticalPath), ...guessLines(queries))
  out.write(`${lines.join('\n').trimEnd()}\n`)
}

/** The document of `plan --json`; times are in ms. */
export function planDocument({ file, batch, database, plan }: PlannedBatch): object {
  return {
    file,
    batch,
    database,
    slots: plan.slots,
    forecast: plan.forecast && rounded(plan.forecast),
    criticalPath: plan.criticalPath,
    expectedEndAt: plan.forecast && endOf(plan.forecast).toISOString(),
    queries: plan.queries.map(({ name, needs, estimate, plannedMs, placement }) => ({
      name,
      needs,
      basis: estimate.basis,
      measurements: estimate.measuredMs.length,
      ...rounded({ expectedMs: estimate.expectedMs, plannedMs }),
      ...(placement === null ? { slot: null, startMs: null, endMs: null } : rounded(placement)),
    })),
  }
}

/** Fractions of a millisecond say nothing. */
function rounded(numbers: object): object {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, value === null ? null : Math.round(value)]),
  )
}

function summary(forecast: Forecast | null): string {
  if (forecast === null) return 'nobody knows how long it takes'
  const { wallMs, lowMs, highMs } = forecast
  return `about ${formatDuration(wallMs)} (${formatDuration(lowMs)} to ${formatDuration(highMs)})`
}

function renderPlan({ queries, forecast }: RunPlan): string {
  const hasNeeds = queries.some(({ needs }) => needs.length > 0)
  return renderTable(
    [
      { title: 'QUERY' },
      { title: 'TAKES', align: 'right' },
      { title: 'KNOWN FROM' },
      { title: 'SLOT', align: 'right' },
      { title: 'BEGINS', align: 'right' },
      { title: 'TIMELINE' },
      ...(hasNeeds ? [{ title: 'NEEDS' }] : []),
    ],
    queries
      .slice(0, mostTableRows)
      .map((query) => [
        query.name,
        query.plannedMs === null ? '?' : formatDuration(query.plannedMs),
        basisText(query),
        query.placement === null ? '' : String(query.placement.slot + 1),
        query.placement === null ? '' : formatDuration(query.placement.startMs),
        bar(query, forecast),
        ...(hasNeeds ? [shortList(query.needs, mostNamed)] : []),
      ]),
  )
}

function basisText({ estimate: { basis, measuredMs } }: PlannedQuery): string {
  const runs = count(measuredMs.length, 'run')
  if (basis === 'measured') return runs
  if (basis === 'changed') return `${runs} before its SQL changed`
  return basis === 'expect' ? 'expect, a guess' : 'nothing, a guess'
}

function bar({ placement }: PlannedQuery, forecast: Forecast | null): string {
  if (placement === null || forecast === null || forecast.wallMs === 0) return ''
  const column = (ms: number): number => Math.round((ms / forecast.wallMs) * timelineWidth)
  const begin = Math.min(column(placement.startMs), timelineWidth - 1)
  return `${'.'.repeat(begin)}${'#'.repeat(Math.max(1, column(placement.endMs) - begin))}`
}

function forecastLines(forecast: Forecast | null): string[] {
  if (forecast === null)
    return ['Nothing is known of any of its queries: run it once, or say `-- expect: 10s` under their names.']
  const { totalMs, longestMs, boundMs, enoughSlots } = forecast
  return [
    `Begun now, it would end at ${endOf(forecast).toISOString()}.`,
    `In all ${formatDuration(totalMs)} of queries, the longest ${formatDuration(longestMs)}: no order takes less than ${formatDuration(boundMs)}.`,
    `More than ${count(enoughSlots, 'slot')} would not make it faster.`,
  ]
}

function pathLines(forecast: Forecast | null, criticalPath: readonly string[]): string[] {
  if (forecast === null || criticalPath.length === 0) return []
  const path = shortList(criticalPath, mostOfPath, ' -> ')
  return [`The longest path takes ${formatDuration(forecast.criticalPathMs)}: ${path}.`]
}

function shortList(names: readonly string[], most: number, between = ', '): string {
  const left = names.length - most
  return [...names.slice(0, most), ...(left > 0 ? [`… (${left} more)`] : [])].join(between)
}

/** When a run would end that began now. */
function endOf({ wallMs }: Forecast): Date {
  return new Date(Date.now() + wallMs)
}

function guessLines(queries: readonly PlannedQuery[]): string[] {
  const guessed = queries.filter(({ estimate: { basis } }) => basis === 'expect' || basis === 'unknown').length
  if (guessed === 0 || queries.every(({ plannedMs }) => plannedMs === null)) return []
  return [`${guessed} of ${count(queries.length, 'duration')} ${guessed === 1 ? 'is a guess' : 'are guesses'}.`]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
