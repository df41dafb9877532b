import { Readable } from 'node:stream'
import { RowMarks } from '@querypool/shared/result'
import type { Connection, Submittable } from 'pg'
import type { ResultLimits } from './result-limits.ts'

const chunkBytes = 256 * 1024

/**
 * A statement executed over the extended protocol, where the server refuses a second statement, as a stream of the bytes of
 * its rows. While nobody reads, the socket is paused, so that the server waits too.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export abstract class StatementOut extends Readable implements Submittable {
  /** The number of rows, once the server is done and ready for the next statement. */
  readonly counted: Promise<number>
  /** Where rows begin in what was passed on so far. */
  readonly marks = new RowMarks()
  protected rows = 0
  readonly #text: string
  readonly #limits: ResultLimits
  #resolve!: (rows: number) => void
  #reject!: (error: Error) => void
  #connection: Connection | null = null
  #chunk = Buffer.allocUnsafe(chunkBytes)
  #used = 0
  #lines = 0
  #bytes = 0

  constructor(text: string, limits: ResultLimits) {
    super({ highWaterMark: 4 * chunkBytes })
    this.#text = text
    this.#limits = limits
    this.counted = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // An error may come before anybody reads; whoever reads then is told of it.
    this.counted.catch(() => {})
    this.on('error', () => {})
  }

  submit(connection: Connection): void {
    this.#connection = connection
    // Sent to the server as one.
    connection.stream.cork()
    connection.parse({ name: '', text: this.#text, types: [] }, true)
    connection.bind({ portal: '', statement: '', values: [] }, true)
    connection.execute({ portal: '', rows: '0' }, true)
    connection.sync()
    connection.stream.uncork()
  }

  override _read(): void {
    this.#connection?.stream.resume()
  }

  // Whoever stops reading before the end has to cancel the statement; what still comes is passed over.
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection?.stream.resume()
    done(error)
  }

  handleError(error: Error): void {
    this.#connection?.stream.resume()
    this.#reject(error)
    this.destroy(error)
  }

  handleReadyForQuery(): void {
    this.#flush()
    this.push(null)
    this.#resolve(this.rows)
  }

  /**
   * Passes the header line, and then a row each time, on to whoever reads, many at a time. They are copied at once: pg uses its
   * buffers again. What is beyond the limits ends the stream with ResultTooLarge.
   */
  protected pass(bytes: Buffer): void {
    if (this.destroyed) return
    if (this.#lines > 0) this.marks.note(this.#lines - 1, this.#bytes)
    this.#lines++
    this.#bytes += bytes.length
    const tooLarge = this.#limits.exceededBy(this.#lines - 1, this.#bytes)
    if (tooLarge !== null) {
      this.destroy(tooLarge)
      return
    }
    if (this.#used + bytes.length > this.#chunk.length) this.#flush()
    if (bytes.length >= this.#chunk.length) this.#pushOrPause(Buffer.from(bytes))
    else this.#used += bytes.copy(this.#chunk, this.#used)
  }

  #flush(): void {
    if (this.#used === 0) return
    const full = this.#chunk.subarray(0, this.#used)
    this.#chunk = Buffer.allocUnsafe(chunkBytes)
    this.#used = 0
    this.#pushOrPause(full)
  }

  #pushOrPause(bytes: Buffer): void {
    if (this.destroyed) return
    if (!this.push(bytes)) this.#connection?.stream.pause()
  }
}
