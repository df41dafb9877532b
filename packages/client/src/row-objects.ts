import { type Column, type CsvRecord, uniqueNames } from '@querypool/shared/result'

/** A row by the names of its columns. */
export type Row = Record<string, unknown>

type Reader = (text: string) => unknown

const numberOf: Reader = Number
const readers: Readonly<Record<string, Reader | undefined>> = {
  smallint: numberOf,
  integer: numberOf,
  real: numberOf,
  'double precision': numberOf,
  boolean: (text) => text === 't' || text === 'true',
  json: (text) => JSON.parse(text),
  jsonb: (text) => JSON.parse(text),
}

/** What makes the fields of a row an object; see QueryResult.rows for the types. */
export function rowMaker<T extends Row>(columns: readonly Column[]): (record: CsvRecord) => T {
  const names = uniqueNames(columns.map(({ name }) => name))
  const ofColumn = columns.map(({ type }) => readers[type] ?? String)
  return (record) =>
    // Not by assignment: a column may be called __proto__.
    Object.fromEntries(
      names.map((name, at) => {
        const text = record[at] ?? null
        return [name, text === null ? null : ofColumn[at]?.(text)]
      }),
    ) as T
}
