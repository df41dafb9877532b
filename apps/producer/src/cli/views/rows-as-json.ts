import { type Column, type CsvRecord, csvRecords, uniqueNames } from '@querypool/shared/result'

const numberTypes = new Set(['smallint', 'integer', 'real', 'double precision'])
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/**
 * The rows of a result as JSON objects, some at a time, each a text without a line break. Numbers and booleans are JSON's
 * own where JSON has them, json columns stand in place, everything else is a string; an unquoted empty field is null.
 *
 * @param csv the bytes of the result, header line first
 * @throws what `csv` throws
 */
export async function* rowsAsJson(
  csv: AsyncIterable<Uint8Array>,
  columns: readonly Column[],
): AsyncGenerator<string[]> {
  const keys = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name))
  const rowOf = (record: CsvRecord): string =>
    `{${columns.map((column, at) => `${keys[at]}:${jsonValue(record[at] ?? null, column.type)}`)}}`
  for await (const records of csvRecords(csv)) yield records.map(rowOf)
}

function jsonValue(text: string | null, type: string): string {
  if (text === null) return 'null'
  if (type === 'boolean') return text === 't' || text === 'true' ? 'true' : 'false'
  if (numberTypes.has(type) && jsonNumber.test(text)) return text
  // Line breaks in JSON stand only between its tokens, so that a space says the same; numbers keep all their digits.
  if (type === 'json' || type === 'jsonb') return text.replaceAll(/[\r\n]+/g, ' ')
  return JSON.stringify(text)
}
