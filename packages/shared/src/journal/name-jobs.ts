import type { RunState, TerminalQueryState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'

/** The batch of a run, and what has become of it so far. */
export interface NamedRun {
  readonly run: string
  readonly batch: string
  readonly state: RunState
}

/** The queries that a job carries: the name of the first in file order, and how many there are. */
export interface NamedJob {
  readonly run: string
  readonly job: number
  readonly first: string
  readonly count: number
  /** What they came to, the worst of it, and in which attempt; null: nothing yet. */
  readonly state: TerminalQueryState | null
  readonly settledBy: number | null
}

/** The batches of these runs. Runs that the journal doesn't know are left out. */
export async function nameRuns(journal: Journal, runs: readonly string[]): Promise<NamedRun[]> {
  const { rows } = await journal.pool.query<NamedRun>(
    'SELECT id AS run, batch, state FROM querypool.run WHERE id = ANY ($1)',
    [runs],
  )
  return rows
}

/** The queries of these jobs. Jobs that the journal doesn't know are left out. */
export async function nameJobs(
  journal: Journal,
  jobs: readonly { readonly run: string; readonly job: number }[],
): Promise<NamedJob[]> {
  const { rows } = await journal.pool.query<NamedJob>(
    `SELECT q.run, q.job, (array_agg(q.name ORDER BY q.position))[1] AS first, count(*)::int AS count,
       (array_agg(x.state ORDER BY array_position('{failed,cancelled,skipped,succeeded}', x.state)))[1] AS state,
       max(x.attempts) AS "settledBy"
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::int[]) AS asked(run, job)) AS asked
     CROSS JOIN LATERAL (SELECT * FROM querypool.job WHERE run = asked.run AND job = asked.job ${oneByOne}) AS j
     CROSS JOIN LATERAL (SELECT * FROM querypool.query WHERE run = j.run AND job = j.job ${oneByOne}) AS q
     LEFT JOIN LATERAL (SELECT * FROM querypool.result
       WHERE run = q.run AND generation = j.generation AND position = q.position ${oneByOne}) AS x ON true
     GROUP BY q.run, q.job`,
    [jobs.map(({ run }) => run), jobs.map(({ job }) => job)],
  )
  return rows
}
