import type { Column } from '@querypool/shared/result'
import { csvLine } from './csv-line.ts'
import type { ResultLimits } from './result-limits.ts'
import { StatementOut } from './statement-out.ts'

/**
 * What COPY does not take (SHOW, EXPLAIN, whatever writes), as a stream of the rows that it returns, as CSV as COPY writes it.
 * A statement without columns has no rows and no bytes: then what is counted are the rows that it changed.
 */
export class RowsOut extends StatementOut {
  readonly #hasColumns: boolean

  /** @param columns those that the statement gives */
  constructor(text: string, limits: ResultLimits, columns: readonly Column[]) {
    super(text, limits)
    this.#hasColumns = columns.length > 0
    if (this.#hasColumns) this.pass(Buffer.from(csvLine(columns.map(({ name }) => name))))
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (!this.#hasColumns) return
    this.rows++
    this.pass(Buffer.from(csvLine(fields)))
  }

  // `INSERT 0 5`, `UPDATE 5`, `CREATE TABLE`: https://www.postgresql.org/docs/current/protocol-message-formats.html
  handleCommandComplete({ text }: { text: string }): void {
    if (!this.#hasColumns) this.rows = Number(/ (\d+)$/.exec(text)?.[1] ?? 0)
  }
}
