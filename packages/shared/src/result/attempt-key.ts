import { randomUUID } from 'node:crypto'

/** Which attempt: one try of the queries of one job. */
export interface AttemptId {
  readonly run: string
  readonly generation: number
  readonly job: number
  readonly attempt: number
}

/** The folder of an attempt in the result store. */
export function attemptKey(id: AttemptId): string {
  return `${id.run}/${id.generation}/${id.job}/${id.attempt}`
}

/** The file that holds the rows of all queries of an attempt, one after the other. */
export function rowsKey(id: AttemptId): string {
  return `${attemptKey(id)}/rows.csv`
}

/**
 * A file for the rows of one execution of a write, under a name that no other has: they are put before it is known whether it
 * is committed, so that another execution of the same attempt must not put its rows in their place.
 */
export function writtenRowsKey(id: AttemptId): string {
  return `${attemptKey(id)}/rows-${randomUUID()}.csv`
}

/** The file whose presence says that an attempt's rows are whole. */
export function manifestKey(id: AttemptId): string {
  return `${attemptKey(id)}/manifest.json`
}

/** The file that says what a generation of a run came to. */
export function runReportKey({ run, generation }: Pick<AttemptId, 'run' | 'generation'>): string {
  return `${run}/${generation}/report.json`
}

/** The file that has a line for each result of a generation of a run. */
export function runManifestKey({ run, generation }: Pick<AttemptId, 'run' | 'generation'>): string {
  return `${run}/${generation}/manifest.ndjson`
}
