import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { callQuerypool } from './call-querypool.ts'
import { repositoryFolder } from './repository-folder.ts'
import { checkSameResults, type RunReport } from './run-report.ts'

/** Where and on what the demo runs its batches. */
export interface DemoSetting {
  readonly home: string
  readonly databaseUrl: string
  readonly signal: AbortSignal
}

/** The numbers of workers that are compared; the serial run comes first. */
export const workerCounts = [1, 2, 3, 5] as const

/** The folder that keeps the results of a batch's last run. */
export function resultsFolder(batch: string): string {
  return join(repositoryFolder, 'qp-results', batch)
}

/**
 * Runs a batch of `examples/` once for each number of workers, and returns the reports in that order.
 *
 * @throws DemoFault if a run fails or if its results aren't those of the serial run
 */
export async function runBatch(batch: string, { home, databaseUrl, signal }: DemoSetting): Promise<RunReport[]> {
  const file = join(repositoryFolder, 'examples', `${batch}.sql`)
  const output = resultsFolder(batch)
  await rm(output, { recursive: true, force: true })
  await mkdir(join(output, '..'), { recursive: true })
  const reports: RunReport[] = []
  for (const workers of workerCounts) {
    process.stdout.write(`\n${batch} with ${workers} ${workers === 1 ? 'worker' : 'workers'}\n`)
    const args = ['run', file, '--database', databaseUrl, '--workers', String(workers), '--json']
    if (workers === workerCounts.at(-1)) args.push('--output', output)
    const report = JSON.parse(await callQuerypool(args, { home, signal })) as RunReport
    checkSameResults(reports[0] ?? report, report)
    reports.push(report)
  }
  return reports
}
