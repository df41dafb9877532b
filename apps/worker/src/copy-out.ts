import { StatementOut } from './statement-out.ts'

/**
 * COPY … TO STDOUT as a stream of the bytes that the server sends; each of its messages is the header line or a row.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class CopyOut extends StatementOut {
  handleCopyData(message: { chunk: Buffer }): void {
    this.pass(message.chunk)
  }

  handleCommandComplete(message: { text: string }): void {
    this.rows = Number(/^COPY (\d+)/.exec(message.text)?.[1] ?? 0)
  }
}
