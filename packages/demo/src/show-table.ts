import Table from 'cli-table3'
import { workerCounts } from './run-batch.ts'
import type { RunReport } from './run-report.ts'
import { tableRows } from './table-rows.ts'

/**
 * Prints the table of a batch under a title.
 *
 * @param reports in the order of workerCounts
 * @param durationsMs of its queries, each by itself
 */
export function showTable(title: string, reports: readonly RunReport[], durationsMs: readonly number[]): void {
  const table = new Table({
    head: ['workers', 'wall time', 'speed-up', 'lower bound', 'reached'],
    colAligns: ['right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  const runs = workerCounts.flatMap((workers, index) => {
    const report = reports[index]
    return report ? [{ workers, wallMs: report.wallMs }] : []
  })
  table.push(...tableRows(runs, durationsMs))
  process.stdout.write(`\n${title}\n${table.toString()}\n`)
}
