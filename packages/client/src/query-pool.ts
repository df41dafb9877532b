import { readRun } from '@querypool/shared/journal'
import { Connection } from './connection.ts'
import type { Queries, QueryPoolOptions, SubmitOptions, WaitOptions } from './options.ts'
import type { QueryResult } from './query-result.ts'
import { Run } from './run.ts'
import { submitQueries } from './submit-queries.ts'

/**
 * Submits queries to an installation of QueryPool, whose overseers and workers run them, and reads their results. Needs
 * the journal, and the result store's folder for reading rows; neither Redis nor the databases.
 */
export class QueryPool {
  readonly #connection: Connection
  readonly #submissions = new Set<Promise<unknown>>()

  /**
   * Connects when it is first needed.
   * @throws QP_CLIENT_USAGE when it is not said where the journal is
   */
  constructor(options: QueryPoolOptions = {}) {
    this.#connection = new Connection(options, process.env)
  }

  /**
   * Starts a run of these queries: as soon as this returns, they will be run, whatever becomes of this process.
   *
   * A list is checked as a whole and written in one transaction. An iterable may be of any length, and takes little
   * memory: its first queries run while the next ones are still being taken, and this returns after the first up to 1,000
   * are written; Run.submitted waits for the rest. Should this process die before that, the run is cancelled.
   *
   * @param queries each a text of SQL, or a QueryDefinition
   * @throws InvalidDefinition with everything that is wrong with the list or the first queries, and then nothing was
   * started; QP_CLIENT_USAGE, QP_JOURNAL_UNREACHABLE, QP_JOURNAL_NEWER, QP_DATABASE_URL; what the iterable throws
   */
  async submit(queries: Queries, options: SubmitOptions): Promise<Run> {
    const submitting = this.#submit(queries, options)
    this.#remember(submitting)
    return submitting
  }

  /**
   * A run that was submitted here or elsewhere.
   * @param run its id, or its key
   * @throws QP_RUN_NOT_FOUND
   */
  async run(run: string): Promise<Run> {
    const { run: id } = await readRun(await this.#connection.journal(), run)
    return new Run(this.#connection, id, null)
  }

  /**
   * The results of a run that was submitted here or elsewhere, as Run.results.
   * @param run its id, or its key
   * @throws QP_RUN_NOT_FOUND, and what Run.results throws
   */
  async *results(
    run: string,
    options: WaitOptions & { readonly after?: string } = {},
  ): AsyncGenerator<QueryResult, void, undefined> {
    yield* (await this.run(run)).results(options)
  }

  /**
   * Closes the connections, after the iterables that are being submitted have ended. Runs go on. Who still waits for one
   * is told QP_CLIENT_USAGE.
   */
  async close(): Promise<void> {
    while (this.#submissions.size > 0) await Promise.allSettled(this.#submissions)
    await this.#connection.close()
  }

  async #submit(queries: Queries, options: SubmitOptions): Promise<Run> {
    const { run, feeding } = await submitQueries(await this.#connection.journal(), queries, options)
    if (feeding) this.#remember(feeding.ended)
    return new Run(this.#connection, run, feeding)
  }

  #remember(submission: Promise<unknown>): void {
    this.#submissions.add(submission)
    const forget = (): boolean => this.#submissions.delete(submission)
    submission.then(forget, forget)
  }
}
