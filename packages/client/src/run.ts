import { type Journal, readPulse, readRun, requestCancel } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'
import type { Connection } from './connection.ts'
import type { Feeding } from './feed-run.ts'
import type { WaitOptions } from './options.ts'
import type { QueryResult } from './query-result.ts'
import { readResults } from './read-results.ts'
import { type RunStatus, statusOf } from './run-status.ts'
import { EventTeller } from './tell-events.ts'
import { whoWeAre } from './who-we-are.ts'

/** A run. It lives in the journal, not here: any process can follow it, and none has to. */
export class Run {
  readonly #connection: Connection
  readonly #feeding: Feeding | null
  readonly id: string

  /** @internal */
  constructor(connection: Connection, id: string, feeding: Feeding | null) {
    this.#connection = connection
    this.#feeding = feeding
    this.id = id
    // It is thrown by whoever waits for the run; one that nobody waits for does not end the process.
    feeding?.ended.catch(() => {})
  }

  /**
   * Resolves when all queries of an iterable have been submitted, with their number; a list is by then.
   * @throws what the iterable threw, InvalidDefinition for queries that cannot be run, QP_JOURNAL_UNREACHABLE when the
   * journal was away for half a minute: in each case the run is cancelled
   */
  async submitted(): Promise<number> {
    return this.#feeding?.ended ?? (await this.status()).queryCount
  }

  /**
   * The results as they come, in the order in which they were recorded, until the run is over and all have been read.
   * What is behind in reading holds nobody up. A journal that is away is waited for.
   * @param options `after`: the cursor of a result, to begin behind it
   * @throws what `submitted` throws, at the end; QP_DATABASE_NOT_CONFIGURED when the overseers do not know the database;
   * QP_CLIENT_USAGE when the cursor is not one of this run, or the pool is closed meanwhile; the reason of `signal`
   */
  async *results(
    options: WaitOptions & { readonly after?: string } = {},
  ): AsyncGenerator<QueryResult, void, undefined> {
    yield* readResults(this.#connection, this.id, options)
    await this.#allSubmitted()
  }

  /**
   * Waits until the run is over, and says what it came to.
   * @throws as `results` does. That queries failed is no error: see `state` and `counts`
   */
  async completion({ signal }: WaitOptions = {}): Promise<RunStatus> {
    const watch = await this.#connection.watch(this.id, signal)
    const teller = new EventTeller(this.#connection)
    try {
      for (;;) {
        const pulse = await this.#ask(signal, (journal) => readPulse(journal, this.id))
        if (isTerminal(pulse.state)) break
        await this.#ask(signal, (journal) => teller.look(journal, pulse))
        await watch.wait()
      }
    } finally {
      watch.stop()
    }
    await this.#allSubmitted()
    return this.status()
  }

  /** The run as it is now. */
  async status(): Promise<RunStatus> {
    return statusOf(await this.#ask(undefined, (journal) => readRun(journal, this.id)))
  }

  /**
   * Asks for the run to be cancelled: what waits is cancelled at once, what runs is cancelled in the database. Returns
   * before that is done; `completion` waits for it. Nothing more is taken of an iterable that is being submitted.
   * @returns whether there was something to cancel; false when the run was over
   */
  async cancel(): Promise<boolean> {
    const isCancelled = (await requestCancel(await this.#connection.journal(), this.id, whoWeAre())) !== 'over'
    this.#feeding?.stop()
    return isCancelled
  }

  /** Once the run is over nothing more can be submitted; what went wrong with that is thrown now. */
  async #allSubmitted(): Promise<void> {
    this.#feeding?.stop()
    await this.#feeding?.ended
  }

  #ask<T>(signal: AbortSignal | undefined, question: (journal: Journal) => Promise<T>): Promise<T> {
    return this.#connection.ask(signal, question)
  }
}
