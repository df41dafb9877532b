import { StatementOut } from './statement-out.ts'

/**
 * COPY … TO STDOUT as a stream of the bytes that the server sends.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY
 */
export class CopyOut extends StatementOut {
  handleCopyData(message: { chunk: Buffer }): void {
    this.pass(message.chunk)
  }

  handleCommandComplete(message: { text: string }): void {
    this.rows = Number(/^COPY (\d+)/.exec(message.text)?.[1] ?? 0)
  }
}
