import type { Connection, FieldDef, Submittable } from 'pg'

/**
 * What the server says of the statements, one after the other: each has columns, any number of rows, and an end. `at`: when
 * it was heard, in ms since 1970.
 */
export type StatementEvent =
  | { readonly kind: 'columns'; readonly fields: readonly FieldDef[] }
  | { readonly kind: 'row'; readonly fields: readonly (string | null)[]; readonly bytes: number }
  | { readonly kind: 'end'; readonly at: number }
  | { readonly kind: 'failed'; readonly at: number; readonly error: Error }

/** The savepoint to which each statement returns before it begins. */
export const savepoint = 'querypool'

const toSavepoint = `ROLLBACK TO SAVEPOINT ${savepoint}`
// So much may wait for whoever takes it; then the socket is paused, and with it the server.
const mostWaitingBytes = 256 * 1024

/**
 * Several statements that are sent at once, over the extended protocol with a single Sync: the server executes one after the
 * other without waiting for us, and after an error none of the rest. Needs a transaction with the savepoint.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class StatementsOut implements Submittable {
  readonly #texts: readonly string[]
  readonly #isTimed: boolean
  #connection: Connection | null = null
  #events: StatementEvent[] = []
  #waitingBytes = 0
  #isOver = false
  // Each statement is two for the server, of which the first one only returns to the savepoint.
  #isReturning = true
  #wake: () => void = () => {}

  /** @param isTimed whether the server is to say at once when a statement ends, and not when it has more to say */
  constructor(texts: readonly string[], isTimed: boolean) {
    this.#texts = texts
    this.#isTimed = isTimed
  }

  submit(connection: Connection): void {
    this.#connection = connection
    connection.stream.cork()
    for (const text of this.#texts) {
      send(connection, toSavepoint, false)
      send(connection, text, true)
      if (this.#isTimed) connection.flush()
    }
    connection.sync()
    connection.stream.uncork()
  }

  /** What has come since the last call, and waits for it if there is nothing; null: the server is done. */
  async take(): Promise<readonly StatementEvent[] | null> {
    while (this.#events.length === 0) {
      if (this.#isOver) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const taken = this.#events
    this.#events = []
    this.#waitingBytes = 0
    this.#connection?.stream.resume()
    return taken
  }

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.#tell({ kind: 'columns', fields })
  }

  handleDataRow({ fields, length }: { fields: readonly (string | null)[]; length: number }): void {
    this.#tell({ kind: 'row', fields, bytes: length })
    this.#waitingBytes += length
    if (this.#waitingBytes > mostWaitingBytes) this.#connection?.stream.pause()
  }

  handleCommandComplete(): void {
    if (!this.#isReturning) this.#tell({ kind: 'end', at: Date.now() })
    this.#isReturning = !this.#isReturning
  }

  // The server passes over the rest up to the Sync; or it is gone.
  handleError(error: Error): void {
    this.#isOver = true
    this.#tell({ kind: 'failed', at: Date.now(), error })
  }

  handleReadyForQuery(): void {
    this.#isOver = true
    this.#wake()
  }

  #tell(event: StatementEvent): void {
    this.#events.push(event)
    this.#wake()
  }
}

function send(connection: Connection, text: string, isDescribed: boolean): void {
  connection.parse({ name: '', text, types: [] }, true)
  connection.bind({ portal: '', statement: '', values: [] }, true)
  if (isDescribed) connection.describe({ type: 'P', name: '' }, true)
  connection.execute({ portal: '', rows: '0' }, true)
}
