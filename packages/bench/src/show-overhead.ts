import Table from 'cli-table3'
import type { Overhead } from './measure-overhead.ts'
import type { Startup } from './measure-startup.ts'
import { quantile } from './measurements.ts'

const mostMs = 30

/**
 * Prints what a run of one query costs besides the query, and what a command costs besides Node.js.
 * @returns whether it begins and ends soon enough, by the medians
 */
export function showOverhead(overheads: readonly Overhead[], startups: readonly Startup[]): boolean {
  const table = new Table({
    head: ['', 'p50 ms', 'p95', 'min', 'max', 'of', 'bar', 'kept'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  let isGood = true
  const show = (what: string, values: readonly number[], most: number | null = null): void => {
    const isKept = most === null || (quantile(values, 0.5) ?? 0) <= most
    isGood &&= isKept
    const numbers = [quantile(values, 0.5), quantile(values, 0.95), quantile(values, 0), quantile(values, 1)]
    const judged = most === null ? ['', ''] : [`≤ ${most}`, isKept ? 'yes' : 'NO']
    table.push([what, ...numbers.map((value) => value?.toFixed(1) ?? ''), values.length, ...judged])
  }
  const ofRuns = (msOf: (one: Overhead) => number): number[] => overheads.map(msOf)
  const ofStarts = (msOf: (one: Startup) => number): number[] => startups.map(msOf)
  const before = ofRuns(({ submitMs, startMs }) => submitMs + startMs)
  const after = ofRuns(({ readMs, finishMs, tellMs }) => readMs + finishMs + tellMs)
  show('submission → first query runs', before, mostMs)
  show(
    '  submission → in the journal',
    ofRuns(({ submitMs }) => submitMs),
  )
  show(
    '  in the journal → runs',
    ofRuns(({ startMs }) => startMs),
  )
  show('last query ends → reported', after, mostMs)
  show(
    '  ends → its worker has all rows',
    ofRuns(({ readMs }) => readMs),
  )
  show(
    '  rows → the run is over: kept, settled',
    ofRuns(({ finishMs }) => finishMs),
  )
  show(
    '  over → the client is told: report, commit',
    ofRuns(({ tellMs }) => tellMs),
  )
  show(
    'node -e 0',
    ofStarts(({ nodeMs }) => nodeMs),
  )
  show(
    'querypool --version',
    ofStarts(({ versionMs }) => versionMs),
  )
  show(
    'querypool run --detach, until submitted',
    ofStarts(({ submittedMs }) => submittedMs),
  )
  show(
    '  until its end',
    ofStarts(({ detachedMs }) => detachedMs),
  )
  const base = quantile(
    ofStarts(({ nodeMs }) => nodeMs),
    0.5,
  )
  const submitted = quantile(
    ofStarts(({ submittedMs }) => submittedMs),
    0.5,
  )
  const ratio = base === null || submitted === null ? '' : (submitted / base).toFixed(1)
  process.stdout.write(`One query on an idle installation\n${table.toString()}\n`)
  process.stdout.write(`Until submitted, a command takes ${ratio} times as long as \`node -e 0\`.\n\n`)
  return isGood
}
