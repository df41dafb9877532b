import Table from 'cli-table3'
import type { MillionMeasure } from './measure-million.ts'

const mostOverseerMb = 300
const mostRedisMb = 64
const mostStallMs = 50

/**
 * Prints what runs of many queries took, and as JSON.
 * @returns whether the bars are kept
 */
export function showMillion(measured: readonly MillionMeasure[]): boolean {
  const table = new Table({
    head: [
      'queries',
      'state',
      'wall',
      'overseer',
      'client',
      'Redis',
      'longest PING',
      'latest wake-up',
      'slowest in Redis',
    ],
    colAligns: ['right', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const one of measured)
    table.push([
      String(one.count),
      one.state,
      `${(one.wallMs / 1000).toFixed(1)} s`,
      megabytes(one.overseerMb),
      megabytes(one.clientMb),
      megabytes(one.redisMb),
      `${one.longestPingMs} ms`,
      `${one.latestWakeMs} ms`,
      `${one.slowestCommandMs} ms ${one.slowestCommand}`,
    ])
  process.stdout.write('Runs of many queries of nothing, from standard input, 4 workers\n')
  process.stdout.write(`bars: overseer ≤ ${mostOverseerMb} MB, Redis ≤ ${mostRedisMb} MB, stall ≤ ${mostStallMs} ms\n`)
  process.stdout.write(`${table.toString()}\n${JSON.stringify({ benchmark: 'million', measured })}\n\n`)
  return measured.every(
    ({ overseerMb, redisMb, longestPingMs }) =>
      (overseerMb ?? 0) <= mostOverseerMb && redisMb <= mostRedisMb && longestPingMs <= mostStallMs,
  )
}

function megabytes(size: number | null): string {
  return size === null ? '' : `${size} MB`
}
