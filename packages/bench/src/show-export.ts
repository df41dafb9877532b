import Table from 'cli-table3'
import type { ExportRound } from './bench-export.ts'
import { median } from './measurements.ts'

const leastRatio = { 'no parameters': 0.9, 'with parameters': 0.85 }
const mostPeakMb = 200
const mostAboveSmallMb = 30

/**
 * Prints what was measured of exports: MB (10^6 bytes) per second of both, their ratio, and the worker's peak memory.
 * @returns whether the medians of the largest result are good enough
 */
export function showExport(rounds: readonly ExportRound[]): boolean {
  const table = new Table({
    head: ['rows', 'form', 'what', 'median', 'min', 'max', 'of', 'bar', 'kept'],
    colAligns: ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  const kept = rounds.filter(({ pausedMs }) => pausedMs === 0)
  const mostRows = Math.max(...rounds.map(({ rows }) => rows))
  let isGood = true
  for (const { rows, form } of distinct(rounds)) {
    const same = kept.filter((round) => round.rows === rows && round.form === form)
    for (const { what, values, bar } of figuresOf(same, rows === mostRows, smallPeak(kept, form))) {
      const middle = median(values)
      const isKept = bar === undefined || (middle !== null && bar.holds(middle))
      isGood &&= isKept
      const numbers = [middle, ...(values.length === 0 ? [null, null] : [Math.min(...values), Math.max(...values)])]
      const cells = numbers.map((value) => (value === null ? '' : value.toFixed(2)))
      table.push([rows, form, what, ...cells, values.length, bar?.text ?? '', bar ? (isKept ? 'yes' : 'NO') : ''])
    }
  }
  process.stdout.write(`A large result to the disk, against psql's \\copy\n${table.toString()}\n\n`)
  return isGood
}

interface Figure {
  readonly what: string
  readonly values: readonly number[]
  readonly bar?: { readonly text: string; holds(median: number): boolean }
}

function figuresOf(rounds: readonly ExportRound[], isLarge: boolean, smallPeakMb: number | null): Figure[] {
  const form = rounds[0]?.form ?? 'no parameters'
  const peaks = rounds.flatMap(({ querypool }) => (querypool.peakBytes === null ? [] : [querypool.peakBytes / 1e6]))
  const atLeast = (least: number) => ({ text: `≥ ${least}`, holds: (value: number) => value >= least })
  const atMost = (most: number) => ({ text: `≤ ${most}`, holds: (value: number) => value <= most })
  const speeds: Figure[] = [
    { what: 'psql, MB/s', values: rounds.map(({ psql }) => psql.bytes / 1000 / psql.tookMs) },
    { what: 'QueryPool, MB/s', values: rounds.map(({ querypool }) => querypool.bytes / 1000 / querypool.tookMs) },
    { what: 'whole run, s', values: rounds.map(({ querypool }) => querypool.wallMs / 1000) },
  ]
  const ratio = {
    what: 'QueryPool / psql',
    values: rounds.map(({ psql, querypool }) => psql.tookMs / querypool.tookMs),
  }
  if (!isLarge) return [...speeds, ratio, ...(peaks.length === 0 ? [] : [{ what: 'peak, MB', values: peaks }])]
  const memory: Figure[] = [{ what: 'peak, MB', values: peaks, bar: atMost(mostPeakMb) }]
  if (smallPeakMb !== null)
    memory.push({
      what: 'peak above that of few rows, MB',
      values: peaks.map((peak) => peak - smallPeakMb),
      bar: atMost(mostAboveSmallMb),
    })
  return [...speeds, { ...ratio, bar: atLeast(leastRatio[form]) }, ...(peaks.length === 0 ? [] : memory)]
}

function smallPeak(rounds: readonly ExportRound[], form: ExportRound['form']): number | null {
  const fewest = Math.min(...rounds.map(({ rows }) => rows))
  const small = rounds.filter((round) => round.rows === fewest && round.form === form)
  return median(small.flatMap(({ querypool }) => (querypool.peakBytes === null ? [] : [querypool.peakBytes / 1e6])))
}

function distinct(rounds: readonly ExportRound[]): Pick<ExportRound, 'rows' | 'form'>[] {
  return [...new Map(rounds.map(({ rows, form }) => [`${rows} ${form}`, { rows, form }])).values()]
}
