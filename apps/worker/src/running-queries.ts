import type { Job } from 'bullmq'

/** A query that a worker runs now. */
export interface RunningQuery {
  readonly database: string
  readonly run: string
  readonly job: number
  readonly attempt: number
  readonly position: number
  readonly query: string
  /** ISO 8601. */
  readonly startedAt: string
  /** The server process. */
  readonly pid: number
}

// What runs shorter than this is over before anybody could look.
const noteAfterMs = 150
// Said again for an overseer that has just begun.
const noteAgainMs = 5000

/** What a worker runs now: for its register, and told to the overseers as the progress of the jobs. Hints for people. */
export class RunningQueries {
  readonly #worker: string
  readonly #running = new Map<string, { query: RunningQuery; timer: NodeJS.Timeout }>()

  /** @param worker its name */
  constructor(worker: string) {
    this.#worker = worker
  }

  list(): RunningQuery[] {
    return [...this.#running.values()].map(({ query }) => query)
  }

  begin(job: Job, query: RunningQuery): void {
    this.end(job)
    const { run, job: number, position, startedAt, pid } = query
    const note = { run, job: number, position, startedAt, pid, worker: this.#worker }
    const tell = (): void => {
      void job.updateProgress(note).catch(() => {})
      this.#running.set(job.id ?? '', { query, timer: setTimeout(tell, noteAgainMs) })
    }
    this.#running.set(job.id ?? '', { query, timer: setTimeout(tell, noteAfterMs) })
  }

  end(job: Job): void {
    clearTimeout(this.#running.get(job.id ?? '')?.timer)
    this.#running.delete(job.id ?? '')
  }
}
