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
  /**
   * What its queries take by themselves, in ms, of which a bound follows; null when that is too short to know, and the
   * same statements through a plain pool of `pg` are measured instead.
   */
  readonly durationsMs: readonly number[] | null
  /** Whether the bound must be kept. */
  readonly isJudged: boolean
}

export const workloadNames = ['waiting', 'short', 'tiny'] as const
export type WorkloadName = (typeof workloadNames)[number]

const shortCount = 80
const tinyCount = 2000

/** The workloads of these names. */
export async function readWorkloads(names: readonly WorkloadName[]): Promise<Workload[]> {
  const all: Workload[] = [
    {
      name: 'waiting',
      title: 'Six queries that wait: 24 s in all, the longest 8 s, durations known',
      workers: [2, 3, 5],
      text: await readFile(join(repositoryFolder, 'examples', 'six-waiting-queries.sql'), 'utf8'),
      durationsMs: [1000, 3000, 8000, 2000, 4000, 6000],
      isJudged: true,
    },
    {
      name: 'short',
      title: `${shortCount} queries of 0.1 s`,
      workers: [4],
      text: batchText(shortCount, () => 'select pg_sleep(0.1)'),
      durationsMs: new Array<number>(shortCount).fill(100),
      isJudged: false,
    },
    {
      name: 'tiny',
      title: `${tinyCount} queries of nothing, against a plain pool`,
      workers: [5],
      text: batchText(tinyCount, tinyStatement),
      durationsMs: null,
      isJudged: false,
    },
  ]
  return all.filter(({ name }) => names.includes(name))
}

/** The statements of the workload `tiny`, for a plain pool. */
export function tinyStatements(): string[] {
  return Array.from({ length: tinyCount }, (_, n) => tinyStatement(n))
}

/** The least time in which it can be done with a number of workers, in ms; null where durations are not known. */
export function boundMs({ durationsMs }: Workload, workers: number): number | null {
  return durationsMs === null ? null : lowerBoundMs(durationsMs, workers)
}

/** Writes the batch file of a workload into a folder and returns its path. */
export async function writeBatchFile(folder: string, { name, text }: Workload): Promise<string> {
  const file = join(folder, `${name}.sql`)
  await writeFile(file, text)
  return file
}

function tinyStatement(n: number): string {
  return `select ${n} as n`
}

function batchText(count: number, statement: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => `-- name: q${n}\n${statement(n)};\n`).join('\n')
}
