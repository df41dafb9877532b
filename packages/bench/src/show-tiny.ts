import Table from 'cli-table3'
import { median, type Repetition } from './measurements.ts'

/** What was measured of one contestant. */
export interface TinySeries {
  readonly name: string
  /** At least how many times its queries per second QueryPool is to do; null where that is not asked. */
  readonly bar: number | null
  readonly repetitions: Repetition[]
}

/**
 * Prints the table: queries per second of each, and how many times as many QueryPool does, each repetition compared with
 * the one beside it. Nothing is dropped: pauses are told with each repetition.
 * @param all QueryPool is the last one without a bar
 * @returns whether every median ratio keeps its bar
 */
export function showTiny(count: number, all: readonly TinySeries[]): boolean {
  const table = new Table({
    head: ['', 'queries/s', 'min', 'max', 'of', 'QueryPool / this', 'min', 'max', 'without taken time', 'bar', 'kept'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  const ours = all.findLast(({ bar }) => bar === null)?.repetitions ?? []
  let isGood = true
  for (const { name, bar, repetitions } of all) {
    const ratios = ratiosOf(repetitions, ours, wallMs)
    const ratio = median(ratios) ?? 0
    if (bar !== null && ratio < bar) isGood = false
    table.push([
      name,
      ...spread(repetitions.map((one) => (count / one.wallMs) * 1000)).map((value) => value.toFixed(0)),
      repetitions.length,
      ...spread(ratios).map((value) => value.toFixed(2)),
      (median(ratiosOf(repetitions, ours, netMs)) ?? 0).toFixed(2),
      bar === null ? '' : `≥ ${bar}`,
      bar === null ? '' : ratio >= bar ? 'yes' : 'NO',
    ])
  }
  process.stdout.write(`${count} queries of nothing, 20 at once\n${table.toString()}\n\n`)
  return isGood
}

function ratiosOf(
  theirs: readonly Repetition[],
  ours: readonly Repetition[],
  msOf: (repetition: Repetition) => number,
): number[] {
  return theirs.flatMap((one, index) => {
    const our = ours[index]
    return our ? [msOf(one) / msOf(our)] : []
  })
}

function wallMs(repetition: Repetition): number {
  return repetition.wallMs
}

/** What is left of it without the time for which a core was away, where that is known. */
function netMs({ wallMs, takenMs }: Repetition): number {
  return wallMs - (takenMs ?? 0)
}

function spread(values: readonly number[]): [middle: number, least: number, most: number] {
  return [median(values) ?? 0, Math.min(...values), Math.max(...values)]
}
