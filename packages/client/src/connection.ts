import { QueryPoolError } from '@querypool/shared/errors'
import { isOutage, type Journal, type Listener, listenToRuns, openJournal } from '@querypool/shared/journal'
import { openExistingStore, type ResultStore, storeLocation } from '@querypool/shared/result'
import type { PoolEvent, QueryPoolOptions } from './options.ts'
import { RunWatch } from './run-watch.ts'

const connections = 4
const askAgainMs = 500

/** What a pool has open, opened when it is first needed. */
export class Connection {
  readonly #journalUrl: string
  readonly #resultsFolder: string | null
  readonly #closing = new AbortController()
  readonly #watches = new Set<RunWatch>()
  #journal: Promise<Journal> | null = null
  #listener: Promise<Listener> | null = null
  #store: Promise<ResultStore> | null = null
  /** What was given as QueryPoolOptions.onEvent. */
  readonly onEvent: ((event: PoolEvent) => void) | null

  /** @throws QP_CLIENT_USAGE when it is not said where the journal is */
  constructor(options: QueryPoolOptions, environment: NodeJS.ProcessEnv) {
    const journalUrl = options.journalUrl ?? (environment.QUERYPOOL_JOURNAL_URL || null)
    if (journalUrl === null)
      throw new QueryPoolError('QP_CLIENT_USAGE', 'It is not said where the journal is.', {
        remedy: 'Give `journalUrl`, or set QUERYPOOL_JOURNAL_URL, to that of the overseers.',
      })
    this.#journalUrl = journalUrl
    this.#resultsFolder = options.resultsFolder ?? (environment.QUERYPOOL_RESULTS || null)
    this.onEvent = options.onEvent ?? null
  }

  /** @throws QP_JOURNAL_UNREACHABLE, QP_JOURNAL_NEWER, QP_DATABASE_URL; QP_CLIENT_USAGE when the pool is closed */
  journal(): Promise<Journal> {
    this.#refuseClosed()
    this.#journal ??= openJournal(this.#journalUrl, connections).catch((error: unknown) => {
      this.#journal = null
      throw error
    })
    return this.#journal
  }

  /**
   * The result store, if it is the one with this id.
   * @throws QP_CLIENT_USAGE, QP_STORE_UNUSABLE, QP_STORE_MISMATCH
   */
  async store(id: string): Promise<ResultStore> {
    this.#store ??= openNamed(this.#resultsFolder).catch((error: unknown) => {
      this.#store = null
      throw error
    })
    const store = await this.#store
    if (store.id === id || id === '') return store
    throw new QueryPoolError('QP_STORE_MISMATCH', `The results of the run are not in ${store.location}.`)
  }

  /** Watches a run until `stop`. */
  async watch(run: string, signal: AbortSignal | undefined): Promise<RunWatch> {
    const journal = await this.journal()
    // What is opened now would not be closed any more.
    this.#refuseClosed()
    this.#listener ??= listenToRuns(journal, (changed) => {
      for (const each of this.#watches) if (each.run === changed) each.wake()
    })
    await this.#listener
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])]
    const watch = new RunWatch(run, AbortSignal.any(signals), () => this.#watches.delete(watch))
    this.#watches.add(watch)
    return watch
  }

  /** Asks the journal, again and again while it is away. */
  async ask<T>(signal: AbortSignal | undefined, question: (journal: Journal) => Promise<T>): Promise<T> {
    for (;;) {
      signal?.throwIfAborted()
      const journal = await this.journal()
      try {
        return await question(journal)
      } catch (error) {
        if (!isOutage(error)) throw error
        await new Promise((done) => setTimeout(done, askAgainMs))
      }
    }
  }

  /** Closes all that is open; who still waits for a run is told QP_CLIENT_USAGE. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(closedError())
    await (await this.#listener)?.close()
    await (await this.#journal?.catch(() => null))?.close()
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw closedError()
  }
}

function closedError(): QueryPoolError {
  return new QueryPoolError('QP_CLIENT_USAGE', 'The pool is closed.', { remedy: 'Close it when nothing is awaited.' })
}

async function openNamed(named: string | null): Promise<ResultStore> {
  if (named === null)
    throw new QueryPoolError('QP_CLIENT_USAGE', 'It is not said where the results are.', {
      remedy: 'Give `resultsFolder`, or set QUERYPOOL_RESULTS, to the result store of the workers.',
    })
  return openExistingStore(storeLocation(named))
}
