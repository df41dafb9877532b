import { Readable } from 'node:stream'
import { RowMarks } from '@querypool/shared/result'
import type { Connection, Submittable } from 'pg'

const chunkBytes = 64 * 1024

/**
 * COPY … TO STDOUT over the extended protocol, where the server refuses a second statement, as a stream of the bytes
 * that the server sends. While nobody reads, the socket is paused, so that the server waits too.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY
 */
export class CopyOut extends Readable implements Submittable {
  /** The number of rows, once the server is done and ready for the next statement. */
  readonly copied: Promise<number>
  /** Where rows begin in what was read so far. */
  readonly marks = new RowMarks()
  readonly #text: string
  #resolve!: (rows: number) => void
  #reject!: (error: Error) => void
  #connection: Connection | null = null
  #chunk = Buffer.allocUnsafe(chunkBytes)
  #used = 0
  #rows = 0
  #lines = 0
  #bytes = 0

  constructor(text: string) {
    super({ highWaterMark: 4 * chunkBytes })
    this.#text = text
    this.copied = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // An error may come before anybody reads; whoever reads then is told of it.
    this.copied.catch(() => {})
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

  // Called by pg with a view of its own buffer, which it uses again: the bytes are copied at once. Each message of the server
  // is the header line or a row: https://www.postgresql.org/docs/current/protocol-message-formats.html
  handleCopyData(message: { chunk: Buffer }): void {
    const { chunk } = message
    if (this.#lines > 0) this.marks.note(this.#lines - 1, this.#bytes)
    this.#lines++
    this.#bytes += chunk.length
    if (this.#used + chunk.length > this.#chunk.length) this.#flush()
    if (chunk.length >= this.#chunk.length) this.#pushOrPause(Buffer.from(chunk))
    else this.#used += chunk.copy(this.#chunk, this.#used)
  }

  handleCommandComplete(message: { text: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(message.text)?.[1] ?? 0)
  }

  handleError(error: Error): void {
    this.#connection?.stream.resume()
    this.#reject(error)
    this.destroy(error)
  }

  handleReadyForQuery(): void {
    this.#flush()
    this.push(null)
    this.#resolve(this.#rows)
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
