import { type Journal, type NamedJob, type NamedRun, nameJobs, nameRuns } from '@querypool/shared/journal'
import type { ShownJobData } from './show-job-data.ts'

/** A job to be named: what BullMQ calls it, and what of its data is shown. */
export interface JobToName {
  readonly name: string
  readonly data: ShownJobData
}

/** How a job is called: in a list of jobs of many runs, and in the narrow boxes of a flow, which is of one run. */
export interface JobNames {
  readonly inList: string
  readonly inFlow: string
}

/**
 * Names jobs for people, in their order. Their data say only run and number, so the journal is asked for batch, query, and
 * what the query came to: for BullMQ a job whose query failed is completed. While the journal does not answer, names are
 * short.
 */
export async function namesOfJobs(journal: Journal, jobs: readonly JobToName[]): Promise<JobNames[]> {
  const runs = new Set(jobs.flatMap(({ data: { run } }) => run ?? []))
  const numbered = jobs.flatMap(({ data: { run, job } }) =>
    run === undefined || job === undefined ? [] : [{ run, job }],
  )
  const [namedRuns, namedJobs] = await Promise.all([
    runs.size === 0 ? [] : nameRuns(journal, [...runs]),
    numbered.length === 0 ? [] : nameJobs(journal, numbered),
  ]).catch((): [NamedRun[], NamedJob[]] => [[], []])
  const runOf = new Map(namedRuns.map((run) => [run.run, run]))
  const jobOf = new Map(namedJobs.map((job) => [`${job.run} ${job.job}`, job]))
  return jobs.map(({ name, data }) =>
    nameJob(name, data, runOf.get(data.run ?? ''), jobOf.get(`${data.run} ${data.job}`)),
  )
}

/** The names of a job: `run-queries · daily_sales: top_customers #2 (failed)`, `finish-run · daily_sales`. */
export function nameJob(
  name: string,
  { run, job, attempt }: ShownJobData,
  namedRun: NamedRun | undefined,
  namedJob: NamedJob | undefined,
): JobNames {
  if (run === undefined) return { inList: name, inFlow: name }
  const batch = namedRun?.batch ?? run
  if (job === undefined) {
    const state = name === 'finish-run' ? noted(namedRun?.state) : ''
    const inList = `${name} · ${batch}${state}`
    return { inList, inFlow: name === 'finish-run' ? `${batch}${state} · ${name}` : name }
  }
  const queries = namedJob === undefined ? `job ${job}` : queriesOf(namedJob)
  const again = attempt === undefined || attempt === 1 ? '' : ` #${attempt}`
  const about = `${queries}${again}${noted(namedJob?.settledBy === attempt ? namedJob?.state : null)}`
  return { inList: `${name} · ${batch}: ${about}`, inFlow: `${about} · ${name}` }
}

function queriesOf({ first, count }: NamedJob): string {
  return count === 1 ? first : `${first} and ${count - 1} more`
}

/** What is worth a note: that it is in order is what one expects. */
function noted(state: string | null | undefined): string {
  return state && !['succeeded', 'queued', 'running'].includes(state) ? ` (${state})` : ''
}
