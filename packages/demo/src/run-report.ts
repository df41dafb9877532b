import { DemoFault } from './demo-fault.ts'

/** What the demo reads of the document that `querypool run --json` prints. */
export interface RunReport {
  readonly runId: string
  readonly state: string
  readonly wallMs: number
  readonly queries: readonly QueryReport[]
}

/** One query of a run; instants in ISO 8601. */
export interface QueryReport {
  readonly name: string
  readonly rows: number | null
  readonly bytes: number | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** How long each query of a run took by itself, in milliseconds. */
export function queryDurationsMs(report: RunReport): number[] {
  return report.queries.map(({ startedAt, finishedAt }) => {
    return startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0
  })
}

/**
 * Makes sure that two runs of a batch have the same results, by the rows and bytes of each query.
 *
 * @throws DemoFault with the names of the queries that differ
 */
export function checkSameResults(first: RunReport, other: RunReport): void {
  const sizes = new Map(first.queries.map((query) => [query.name, sizeOf(query)]))
  const different = other.queries.filter((query) => sizes.get(query.name) !== sizeOf(query))
  if (different.length === 0 && sizes.size === other.queries.length) return
  const names = different.map(({ name }) => name).join(', ')
  throw new DemoFault(
    `The results of the runs ${first.runId} and ${other.runId} differ: ${names || 'queries are missing'}`,
  )
}

function sizeOf({ rows, bytes }: QueryReport): string {
  return `${rows} rows, ${bytes} bytes`
}
