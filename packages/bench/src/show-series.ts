import Table from 'cli-table3'
import type { Series } from './measure-workload.ts'
import { allowedMs, summarize } from './measurements.ts'
import { boundMs, type Workload } from './workloads.ts'

/**
 * Prints the table of a workload.
 * @returns whether every series that must keep a bound does so by its median
 */
export function showSeries(workload: Workload, all: readonly Series[]): boolean {
  const table = new Table({
    head: [
      '',
      'workers',
      'median',
      'min',
      'max',
      'of',
      'bound',
      'ratio',
      ...(workload.isJudged ? ['within 5 % + 0.3 s'] : []),
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  let isGood = true
  for (const series of all) {
    const { medianMs, minMs, maxMs, kept, dropped } = summarize(series.repetitions)
    const baseMs = boundMs(workload, series.workers)
    const isWithin = medianMs !== null && medianMs <= allowedMs(baseMs)
    if (workload.isJudged && !isWithin) isGood = false
    table.push([
      series.label,
      String(series.workers),
      seconds(medianMs),
      seconds(minMs),
      seconds(maxMs),
      dropped === 0 ? String(kept) : `${kept}, ${dropped} dropped`,
      seconds(baseMs),
      medianMs === null ? '' : (medianMs / baseMs).toFixed(2),
      ...(workload.isJudged ? [judgement(medianMs, isWithin)] : []),
    ])
  }
  process.stdout.write(`${workload.title}\n${table.toString()}\n\n`)
  return isGood
}

function judgement(medianMs: number | null, isWithin: boolean): string {
  if (medianMs === null) return 'no repetition without a pause'
  return isWithin ? 'yes' : 'NO'
}

function seconds(durationMs: number | null): string {
  return durationMs === null ? '' : `${(durationMs / 1000).toFixed(2)} s`
}
