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
  /** Those statements. */
  readonly plainStatements?: readonly string[]
  /** Whether the bound must be kept. */
  readonly isJudged: boolean
}

export const workloadNames = ['waiting', 'short', 'tiny'] as const
export type WorkloadName = (typeof workloadNames)[number]

/**
 * The workloads of these names; other names are left out.
 * @param isTiny few queries, and nothing judged
 */
export async function readWorkloads(names: readonly string[], isTiny: boolean): Promise<Workload[]> {
  const shortCount = isTiny ? 8 : 80
  const tiny = Array.from({ length: isTiny ? 20 : 2000 }, (_, n) => `select ${n} as n`)
  const all: Workload[] = [
    {
      name: 'waiting',
      title: 'Six queries that wait: 24 s in all, the longest 8 s, durations known',
      workers: isTiny ? [5] : [2, 3, 5],
      text: await readFile(join(repositoryFolder, 'examples', 'six-waiting-queries.sql'), 'utf8'),
      durationsMs: [1000, 3000, 8000, 2000, 4000, 6000],
      isJudged: !isTiny,
    },
    {
      name: 'short',
      title: `${shortCount} queries of 0.1 s`,
      workers: [4],
      text: batchText(new Array<string>(shortCount).fill('select pg_sleep(0.1)')),
      durationsMs: new Array<number>(shortCount).fill(100),
      isJudged: false,
    },
    {
      name: 'tiny',
      title: `${tiny.length} queries of nothing, against a plain pool`,
      workers: [5],
      text: batchText(tiny),
      durationsMs: null,
      plainStatements: tiny,
      isJudged: false,
    },
  ]
  return all.filter(({ name }) => names.includes(name))
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

function batchText(statements: readonly string[]): string {
  return statements.map((statement, n) => `-- name: q${n}\n${statement};\n`).join('\n')
}
