import { Readable } from 'node:stream'
import { QueryPoolError } from '@querypool/shared/errors'
import type { FeedItem, RunPulse } from '@querypool/shared/journal'
import { csvRecords, type Page, type ResultStore, readArtifact, readColumns, readPage } from '@querypool/shared/result'
import type { TerminalQueryState } from '@querypool/shared/run'
import type { Connection } from './connection.ts'
import { type Row, rowMaker } from './row-objects.ts'

/** Why a query did not succeed. */
export interface QueryFailure {
  /** As in docs/errors.md: `QP_SQL_ERROR`, `QP_QUERY_TIMEOUT`, `QP_CANCELLED`, … */
  readonly code: string
  readonly message: string
  /** PostgreSQL's code of the error, such as `22012`, if it is one of PostgreSQL. */
  readonly sqlState?: string
  /** Where in the query's SQL, as an index into the string, if it is known. */
  readonly offset?: number
}

/** A column of a result. */
export interface ResultColumn {
  readonly name: string
  /** As PostgreSQL's format_type writes it: `integer`, `numeric(12,2)`. */
  readonly type: string
}

/** What a query came to. Its rows are read from the result store when they are asked for, in flat memory. */
export class QueryResult {
  readonly #connection: Connection
  readonly #pulse: RunPulse
  readonly #item: FeedItem
  readonly runId: string
  readonly name: string
  /** Its place among the queries of its run, from 0. */
  readonly position: number
  readonly tags: readonly string[]
  readonly state: TerminalQueryState
  /** How many rows and how many bytes of CSV there are; null unless it succeeded. */
  readonly rowCount: number | null
  readonly bytes: number | null
  /** Why it did not succeed; null if it did. */
  readonly error: QueryFailure | null
  /** How often it was tried. */
  readonly attempts: number
  /** When its last attempt began, or null when none did, and when it ended. */
  readonly startedAt: Date | null
  readonly finishedAt: Date
  readonly worker: string | null
  /** The query whose result this is, since it is the same and was executed instead; null: this one was executed itself. */
  readonly sharedFrom: { readonly runId: string; readonly name: string } | null
  /** Where reading can go on behind this result, in any process and at any time. To be kept, not to be read. */
  readonly cursor: string

  /** @internal */
  constructor(connection: Connection, pulse: RunPulse, item: FeedItem, cursor: string) {
    this.#connection = connection
    this.#pulse = pulse
    this.#item = item
    this.runId = pulse.run
    this.name = item.name
    this.position = item.position
    this.tags = item.tags
    this.state = item.state
    this.rowCount = item.rows
    this.bytes = item.bytes
    this.error = item.error
    this.attempts = item.attempts
    this.startedAt = item.startedAt
    this.finishedAt = item.finishedAt
    this.worker = item.worker
    this.sharedFrom = item.sharedFrom && { runId: item.sharedFrom.run, name: item.sharedFrom.query }
    this.cursor = cursor
  }

  /**
   * The rows, each an object with a value for each column. smallint, integer, real and double precision are numbers,
   * boolean is boolean, json and jsonb are what JSON.parse makes of them, NULL is null; everything else, so also bigint,
   * numeric, dates and times, is a string as PostgreSQL writes it. A second column of a name `id` is called `id_2`.
   * @param page how many rows to leave out, and how many to give then; what comes before a page is not read
   * @throws QP_NO_RESULT unless it succeeded, QP_RESULT_DAMAGED, QP_STORE_UNUSABLE, QP_STORE_MISMATCH, and QP_CLIENT_USAGE
   * when the pool has no results folder
   */
  async *rows<T extends Row = Row>(page?: Partial<Page>): AsyncGenerator<T, void, undefined> {
    const store = await this.#store()
    const rowOf = rowMaker<T>(await readColumns(store, this.#item))
    const whole = { offset: 0, limit: Number.POSITIVE_INFINITY }
    const csv = page ? readPage(store, this.#item, { ...whole, ...page }) : readArtifact(store, this.#item)
    for await (const records of csvRecords(csv)) for (const record of records) yield rowOf(record)
  }

  /**
   * The rows as CSV with a header line, as PostgreSQL's COPY writes it. Emits as errors what `rows` throws.
   * @returns a stream of bytes
   */
  csv(): Readable {
    return Readable.from(this.#csv(), { objectMode: false })
  }

  /** The columns in order. @throws what `rows` throws */
  async columns(): Promise<readonly ResultColumn[]> {
    return readColumns(await this.#store(), this.#item)
  }

  async *#csv(): AsyncGenerator<Uint8Array> {
    yield* readArtifact(await this.#store(), this.#item)
  }

  #store(): Promise<ResultStore> {
    if (this.state === 'succeeded') return this.#connection.store(this.#pulse.storeId)
    const why = this.error === null ? '' : `: ${this.error.message} [${this.error.code}]`
    const message = `The query ${this.name} has no rows, as it is ${this.state}${why}`
    return Promise.reject(
      new QueryPoolError('QP_NO_RESULT', message, { remedy: 'Ask only for rows of what succeeded.' }),
    )
  }
}
