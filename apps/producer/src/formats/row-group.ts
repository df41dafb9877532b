import { type Column, type CsvRecord, uniqueNames } from '@querypool/shared/result'
import type { ParquetWriter, SchemaElement } from 'hyparquet-writer'
import { shownValue, valueNotInFormat } from './not-in-format.ts'
import { parquetColumn } from './parquet-column.ts'

// What is held in memory at a time. Larger groups make files that are read a little faster.
const maxGroupRows = 50_000
const maxGroupCharacters = 8 * 1024 * 1024

/** Rows of a Parquet file that are written together, by column. */
export class RowGroup {
  readonly schema: SchemaElement[]
  readonly #columns: readonly Column[]
  readonly #parquet: readonly (ReturnType<typeof parquetColumn> & { readonly name: string })[]
  #values: unknown[][]
  #rows = 0
  #rowsBefore = 0
  #characters = 0

  constructor(columns: readonly Column[]) {
    // A name can stand for one column only.
    const names = uniqueNames(columns.map(({ name }) => name))
    this.#columns = columns
    this.#parquet = columns.map((column, at) => ({ name: names[at] ?? column.name, ...parquetColumn(column) }))
    this.#values = columns.map(() => [])
    this.schema = [
      { name: 'schema', num_children: columns.length },
      ...this.#parquet.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...type })),
    ]
  }

  /** @throws QP_NOT_IN_FORMAT */
  add(record: CsvRecord): void {
    this.#rows++
    for (const [at, column] of this.#parquet.entries()) {
      const text = record[at] ?? null
      this.#values[at]?.push(text === null ? null : (column.read(text) ?? this.#refuse(at, text)))
      this.#characters += text?.length ?? 0
    }
  }

  hasRows(): boolean {
    return this.#rows > 0
  }

  isFull(): boolean {
    return this.#rows >= maxGroupRows || this.#characters >= maxGroupCharacters
  }

  /** The rows, for `ParquetWriter.write`; it is empty then. */
  take(): Parameters<ParquetWriter['write']>[0] {
    const columnData = this.#parquet.map(({ name, encoding, statistics }, at) => ({
      name,
      data: this.#values[at] ?? [],
      ...(encoding === undefined ? {} : { encoding }),
      ...(statistics === undefined ? {} : { statistics }),
    }))
    const rowGroupSize = this.#rows
    this.#values = this.#columns.map(() => [])
    this.#rowsBefore += this.#rows
    this.#rows = 0
    this.#characters = 0
    return { columnData, rowGroupSize }
  }

  #refuse(at: number, text: string): never {
    const column = this.#columns[at] as Column
    throw valueNotInFormat('parquet', column, this.#rowsBefore + this.#rows, `Parquet cannot hold ${shownValue(text)}.`)
  }
}
