import type { Journal } from './journal.ts'

/** The queries that a job carries: the name of the first in file order, and how many there are. */
export interface JobQueries {
  readonly run: string
  readonly job: number
  readonly first: string
  readonly count: number
}

/** The names of the batches of these runs, by the id of the run. Runs that the journal doesn't know are left out. */
export async function nameRuns(journal: Journal, runs: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await journal.pool.query<{ run: string; batch: string }>(
    'SELECT id AS run, batch FROM querypool.run WHERE id = ANY ($1)',
    [runs],
  )
  return new Map(rows.map(({ run, batch }) => [run, batch]))
}

/** What these jobs carry, by name. Jobs that the journal doesn't know are left out. */
export async function nameQueriesOfJobs(
  journal: Journal,
  jobs: readonly { readonly run: string; readonly job: number }[],
): Promise<JobQueries[]> {
  const { rows } = await journal.pool.query<JobQueries>(
    `SELECT q.run, q.job, (array_agg(q.name ORDER BY q.position))[1] AS first, count(*)::int AS count
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::int[]) AS asked(run, job)) AS asked
     JOIN querypool.query q USING (run, job) GROUP BY q.run, q.job`,
    [jobs.map(({ run }) => run), jobs.map(({ job }) => job)],
  )
  return rows
}
