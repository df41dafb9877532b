import { type Column, type CsvRecord, uniqueNames } from '@querypool/shared/result'

type Rows = AsyncIterable<readonly CsvRecord[]>

const numberTypes = new Set(['smallint', 'integer', 'real', 'double precision'])
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** Rows as one JSON array of objects, a line for each. What becomes of which type: docs/formats.md. */
export async function* writeJson(rows: Rows, columns: readonly Column[]): AsyncGenerator<string> {
  const objectOf = objectMaker(columns)
  let isFirst = true
  for await (const records of rows) {
    if (records.length === 0) continue
    yield `${isFirst ? '[\n' : ',\n'}${records.map(objectOf).join(',\n')}`
    isFirst = false
  }
  yield isFirst ? '[]\n' : '\n]\n'
}

/** Rows as JSON objects, a line for each: https://github.com/ndjson/ndjson-spec */
export async function* writeNdjson(rows: Rows, columns: readonly Column[]): AsyncGenerator<string> {
  const objectOf = objectMaker(columns)
  for await (const records of rows) if (records.length > 0) yield `${records.map(objectOf).join('\n')}\n`
}

/** What makes a row a JSON object, as a text without a line break. */
function objectMaker(columns: readonly Column[]): (record: CsvRecord) => string {
  const keys = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name))
  return (record) => `{${columns.map((column, at) => `${keys[at]}:${jsonValue(record[at] ?? null, column.type)}`)}}`
}

function jsonValue(text: string | null, type: string): string {
  if (text === null) return 'null'
  if (type === 'boolean') return text === 't' || text === 'true' ? 'true' : 'false'
  if (numberTypes.has(type) && jsonNumber.test(text)) return text
  // Line breaks in JSON stand only between its tokens, so that a space says the same; numbers keep all their digits.
  if (type === 'json' || type === 'jsonb') return text.replaceAll(/[\r\n]+/g, ' ')
  return JSON.stringify(text)
}
