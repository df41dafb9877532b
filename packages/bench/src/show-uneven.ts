import { lowerBoundMs } from '@querypool/demo/lower-bound-ms'
import Table from 'cli-table3'
import type { UnevenRepetition } from './measure-uneven.ts'
import { median } from './measurements.ts'
import type { UnevenBatch } from './uneven-batch.ts'

const mostOverBound = 1.05
// Two runs of the same differ by this much.
const mostOverFileOrder = 1.02
const mostOff = 0.1

interface Judged {
  readonly what: string
  /** Of each repetition, what is to be at most `most`. */
  readonly values: readonly number[]
  readonly most: number
}

/**
 * Prints what was measured of the uneven batch, as ratios with the least and the greatest.
 * @returns whether every median is good enough
 */
export function showUneven({ durationsMs }: UnevenBatch, measured: readonly UnevenRepetition[]): boolean {
  const table = new Table({
    head: ['workers', 'what', 'median', 'min', 'max', 'of', 'bar', 'kept'],
    colAligns: ['right', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  let isGood = true
  for (const workers of new Set(measured.map((one) => one.workers))) {
    const boundMs = lowerBoundMs(durationsMs, workers)
    const kept = measured.filter((one) => one.workers === workers && one.pausedMs === 0)
    for (const { what, values, most } of judgedOf(kept, boundMs)) {
      const middle = median(values)
      const isKept = middle !== null && middle <= most
      isGood &&= isKept
      const numbers = [middle, ...(values.length === 0 ? [null, null] : [Math.min(...values), Math.max(...values)])]
      const cells = numbers.map((value) => (value === null ? '' : value.toFixed(3)))
      table.push([workers, what, ...cells, values.length, `≤ ${most}`, isKept ? 'yes' : 'NO'])
    }
  }
  process.stdout.write(`${durationsMs.length} queries of very different length, the long ones last in the file\n`)
  process.stdout.write(`${table.toString()}\n\n`)
  return isGood
}

function judgedOf(measured: readonly UnevenRepetition[], boundMs: number): Judged[] {
  return [
    { what: 'second run / bound', values: measured.map(({ secondMs }) => secondMs / boundMs), most: mostOverBound },
    {
      what: 'first run / file order',
      values: measured.map(({ firstMs, fileOrderMs }) => firstMs / fileOrderMs),
      most: mostOverFileOrder,
    },
    {
      what: 'plan off by',
      values: measured.map(({ plannedMs, secondMs }) => Math.abs(plannedMs - secondMs) / secondMs),
      most: mostOff,
    },
    {
      what: 'ETA off by, half-way',
      values: measured.flatMap(({ eta }) => (eta === null ? [] : [Math.abs(eta.saidMs - eta.wasMs) / eta.wasMs])),
      most: mostOff,
    },
  ]
}
