import type { AttemptId } from '../result/index.ts'

/**
 * The queues that carry a run. All shared runs have the same `runs` and `results` and one queue of queries per database;
 * a private run has three of its own.
 */
export interface QueueNames {
  readonly runs: string
  readonly results: string
  readonly queries: string
  /** The database by its name in the configuration; null in a private run, which has only one. */
  readonly database: string | null
}

/** The queues of a private run. */
export function privateQueueNames(run: string): QueueNames {
  return { runs: `runs-${run}`, results: `results-${run}`, queries: `queries-${run}`, database: null }
}

/** The queues of the runs that share workers, with the one that carries the queries of this database. */
export function sharedQueueNames(database: string): QueueNames {
  return { runs: 'runs', results: 'results', queries: `queries-${database}`, database }
}

/** The prefix of all keys of an installation. The braces keep its queues in one slot of a Redis Cluster, as flows need. */
export function keyPrefix(installation: string): string {
  return `{qp-${installation}}`
}

/** The id of the job that ends a generation of a run. That of the first one is older than generations are. */
export function finishJobId(run: string, generation: number): string {
  return generation === 1 ? `${run}-finish` : `${run}-${generation}-finish`
}

/** The id of a dispatch-run job, by the number that the journal gave it. */
export function dispatchJobId(run: string, dispatch: number): string {
  return `${run}-dispatch-${dispatch}`
}

/** The id of a run-queries job: one attempt. */
export function attemptJobId({ run, generation, job, attempt }: AttemptId): string {
  return `${run}-${generation}-${job}-${attempt}`
}

/** The id of the collect-results job of an attempt. */
export function collectJobId(id: AttemptId): string {
  return `${attemptJobId(id)}-collect`
}

/** What a job is of: a run, one of its generations unless it is of any, and an attempt unless it is of the run as a whole. */
export interface JobOrigin {
  readonly run: string
  readonly generation: number | null
  readonly attempt: { readonly job: number; readonly attempt: number } | null
}

/** What the ids above are made from; null: it is none of them. */
export function originOfJob(jobId: string): JobOrigin | null {
  const ofAttempt = /^(\w+)-(\d+)-(\d+)-(\d+)(?:-collect)?$/.exec(jobId)
  if (ofAttempt) {
    const [generation = 0, job = 0, attempt = 0] = ofAttempt.slice(2).map(Number)
    return { run: ofAttempt[1] ?? '', generation, attempt: { job, attempt } }
  }
  const ofRun = /^(\w+?)(?:-(\d+))?-finish$/.exec(jobId) ?? /^(\w+)-dispatch-\d+$/.exec(jobId)
  if (!ofRun) return null
  const generation = jobId.endsWith('-finish') ? Number(ofRun[2] ?? 1) : null
  return { run: ofRun[1] ?? '', generation, attempt: null }
}
