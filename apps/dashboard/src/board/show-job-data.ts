import { readCollectResultsData, readOfRunData, readRunQueriesData } from '@querypool/shared/queue'

/** What the board shows of a job's data: which attempt it is and the names of its queries, never their SQL. */
export interface ShownJobData {
  readonly run?: string
  readonly generation?: number
  readonly job?: number
  readonly attempt?: number
  /** Names in file order; null: the queries are long and lie in the result store. */
  readonly queries?: readonly string[] | null
}

const readers: readonly ((data: unknown) => ShownJobData)[] = [
  (data) => {
    const { run, generation, job, attempt, queries } = readRunQueriesData(data)
    return { run, generation, job, attempt, queries: queries?.map((query) => query.name) ?? null }
  },
  (data) => {
    const { run, generation, job, attempt } = readCollectResultsData(data)
    return { run, generation, job, attempt }
  },
  (data) => ({ run: readOfRunData(data).run }),
]

/** Picks from a job's data what may be shown. Data that this program does not know are shown as nothing at all. */
export function showJobData(data: unknown): ShownJobData {
  for (const read of readers) {
    try {
      return read(data)
    } catch {}
  }
  return {}
}
