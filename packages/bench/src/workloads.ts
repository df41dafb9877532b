import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lowerBoundMs } from '@querypool/demo/lower-bound-ms'
import { repositoryFolder } from '@querypool/demo/repository-folder'

/** A batch that is measured with some numbers of workers. */
export interface Workload {
  readonly name: WorkloadName
  readonly title: string
  readonly workers: readonly number[]
  /** The batch file's text. */
  readonly text: string
  /** What its queries take by themselves, in ms, of which a bound follows. */
  readonly durationsMs: readonly number[]
  /** Whether the bound must be kept. */
  readonly isJudged: boolean
}

export type WorkloadName = 'waiting' | 'short'

/**
 * The workload of a name.
 * @param isTiny few queries, and nothing judged
 */
export async function readWorkload(name: WorkloadName, isTiny: boolean): Promise<Workload> {
  if (name === 'waiting')
    return {
      name,
      title: 'Six queries that wait: 24 s in all, the longest 8 s, durations known',
      workers: isTiny ? [5] : [2, 3, 5],
      text: await readFile(join(repositoryFolder, 'examples', 'six-waiting-queries.sql'), 'utf8'),
      durationsMs: [1000, 3000, 8000, 2000, 4000, 6000],
      isJudged: !isTiny,
    }
  const shortCount = isTiny ? 8 : 80
  return {
    name,
    title: `${shortCount} queries of 0.1 s`,
    workers: [4],
    text: batchText(new Array<string>(shortCount).fill('select pg_sleep(0.1)')),
    durationsMs: new Array<number>(shortCount).fill(100),
    isJudged: false,
  }
}

/** The least time in which it can be done with a number of workers, in ms. */
export function boundMs({ durationsMs }: Workload, workers: number): number {
  return lowerBoundMs(durationsMs, workers)
}

/** Writes the batch file of a workload into a folder and returns its path. */
export async function writeBatchFile(folder: string, { name, text }: Workload): Promise<string> {
  const file = join(folder, `${name}.sql`)
  await writeFile(file, text)
  return file
}

function batchText(statements: readonly string[]): string {
  return statements.map((statement, n) => `-- name: q${n}\n${statement};\n`).join('\n')
}
