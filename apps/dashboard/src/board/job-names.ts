import { type Journal, nameQueriesOfJobs, nameRuns } from '@querypool/shared/journal'
import type { ShownJobData } from './show-job-data.ts'

/** A job to be named: what BullMQ calls it, and what of its data is shown. */
export interface JobToName {
  readonly name: string
  readonly data: ShownJobData
}

const mostKnown = 20_000

/**
 * Names jobs for people, with the batch and the query: `run-queries · daily_sales: top_customers (attempt 2)`. Their data
 * say only run and number, so the journal is asked, once for each.
 */
export class JobNames {
  readonly #journal: Journal
  readonly #batches = new Map<string, string>()
  readonly #queries = new Map<string, string>()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** The names of these jobs, in their order. While the journal does not answer, those that it was not asked yet are short. */
  async of(jobs: readonly JobToName[]): Promise<string[]> {
    await this.#learn(jobs.map(({ data }) => data)).catch(() => {})
    return jobs.map(({ name, data }) => this.#name(name, data))
  }

  #name(name: string, { run, job, attempt }: ShownJobData): string {
    if (run === undefined) return name
    const query = job === undefined ? undefined : (this.#queries.get(keyOf(run, job)) ?? `job ${job}`)
    const about = `${name} · ${this.#batches.get(run) ?? run}${query === undefined ? '' : `: ${query}`}`
    return attempt === undefined || attempt === 1 ? about : `${about} (attempt ${attempt})`
  }

  async #learn(all: readonly ShownJobData[]): Promise<void> {
    const runs = all.flatMap(({ run }) => (run === undefined || this.#batches.has(run) ? [] : [run]))
    const jobs = all.flatMap(({ run, job }) =>
      run === undefined || job === undefined || this.#queries.has(keyOf(run, job)) ? [] : [{ run, job }],
    )
    for (const known of [this.#batches, this.#queries]) if (known.size > mostKnown) known.clear()
    if (runs.length > 0)
      for (const [run, batch] of await nameRuns(this.#journal, [...new Set(runs)])) this.#batches.set(run, batch)
    if (jobs.length === 0) return
    for (const { run, job, first, count } of await nameQueriesOfJobs(this.#journal, jobs))
      this.#queries.set(keyOf(run, job), count === 1 ? first : `${first} and ${count - 1} more`)
  }
}

function keyOf(run: string, job: number): string {
  return `${run} ${job}`
}
