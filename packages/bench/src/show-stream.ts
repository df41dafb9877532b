import Table from 'cli-table3'
import type { StreamMeasure } from './measure-stream.ts'

const mostOverseerMb = 300
const mostRedisMb = 64

/**
 * Prints what runs took whose queries a program submitted one by one, and as JSON.
 * @returns whether the bars are kept
 */
export function showStream(measured: readonly StreamMeasure[]): boolean {
  const table = new Table({
    head: ['queries', 'all results read', 'client', 'overseer', 'Redis', 'longest PING'],
    colAligns: ['right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { count, wallMs, clientMb, overseerMb, redisMb, longestPingMs } of measured)
    table.push([
      String(count),
      `${(wallMs / 1000).toFixed(1)} s`,
      `${clientMb} MB`,
      overseerMb === null ? '' : `${overseerMb} MB`,
      `${redisMb} MB`,
      `${longestPingMs} ms`,
    ])
  process.stdout.write(
    'Queries of nothing from an async iterable of the client; overseer and a worker are killed meanwhile\n',
  )
  process.stdout.write(`bars: overseer ≤ ${mostOverseerMb} MB, Redis ≤ ${mostRedisMb} MB\n`)
  process.stdout.write(`${table.toString()}\n${JSON.stringify({ benchmark: 'stream', measured })}\n\n`)
  return measured.every(({ overseerMb, redisMb }) => (overseerMb ?? 0) <= mostOverseerMb && redisMb <= mostRedisMb)
}
