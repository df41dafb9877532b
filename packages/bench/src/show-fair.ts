import Table from 'cli-table3'
import { median } from './measurements.ts'
import type { Taken } from './taken-time/watch-pauses.ts'

/** What a small batch took, alone and behind a large one whose queries are as long. */
export interface FairRepetition extends Taken {
  readonly lengthMs: number
  readonly aloneMs: number
  readonly behindMs: number
}

const mostTimes = 2.5

/**
 * Prints how many times as long the small batch took.
 * @returns whether every median is at most 2.5
 */
export function showFair(largeCount: number, measured: readonly FairRepetition[]): boolean {
  const table = new Table({
    head: ['each query', 'alone', 'behind', 'behind / alone', 'min', 'max', 'of', 'bar', 'kept'],
    colAligns: ['right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  let isGood = true
  for (const lengthMs of new Set(measured.map((one) => one.lengthMs))) {
    const kept = measured.filter((one) => one.lengthMs === lengthMs && one.pausedMs === 0)
    const ratios = kept.map(({ aloneMs, behindMs }) => behindMs / aloneMs)
    const ratio = median(ratios)
    const isKept = ratio !== null && ratio <= mostTimes
    isGood &&= isKept
    const times = [median(kept.map((one) => one.aloneMs)), median(kept.map((one) => one.behindMs))]
    const numbers = [ratio, ...(kept.length === 0 ? [null, null] : [Math.min(...ratios), Math.max(...ratios)])]
    table.push([
      `${lengthMs} ms`,
      ...times.map((ms) => (ms === null ? '' : `${ms.toFixed(0)} ms`)),
      ...numbers.map((value) => value?.toFixed(2) ?? ''),
      kept.length,
      `≤ ${mostTimes}`,
      isKept ? 'yes' : 'NO',
    ])
  }
  process.stdout.write(`6 queries behind ${largeCount} of the same length, 4 at once\n${table.toString()}\n\n`)
  return isGood
}
