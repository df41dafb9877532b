import type { Column } from '@querypool/shared/result'
import { type Parser, parse } from 'csv-parse'

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
  const parser = parse({
    record_delimiter: '\n',
    relax_column_count: true,
    from: 2,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  })
  const rowOf = (record: CsvRecord): string =>
    `{${columns.map((column, at) => `${keys[at]}:${jsonValue(record[at] ?? null, column.type)}`)}}`
  parser.on('error', () => {})
  for await (const chunk of csv) yield (await recordsAfter(parser, chunk)).map(rowOf)
  yield (await recordsAfter(parser, null)).map(rowOf)
}

type CsvRecord = readonly (string | null)[]

/** The records that are whole once the parser has taken a chunk, or with null the end. Much faster than one at a time. */
async function recordsAfter(parser: Parser, chunk: Uint8Array | null): Promise<CsvRecord[]> {
  const taken = new Promise<void>((resolve, reject) => {
    const settle = (error?: Error | null): void => (error ? reject(error) : resolve())
    if (chunk === null) parser.end(settle)
    else parser.write(chunk, settle)
  })
  const records: CsvRecord[] = []
  const takeOut = (): void => {
    for (let record = parser.read(); record !== null; record = parser.read()) records.push(record)
  }
  // Taken out before and after: the parser does not finish a chunk while many records wait in it.
  takeOut()
  await taken
  takeOut()
  return records
}

function jsonValue(text: string | null, type: string): string {
  if (text === null) return 'null'
  if (type === 'boolean') return text === 't' || text === 'true' ? 'true' : 'false'
  if (numberTypes.has(type) && jsonNumber.test(text)) return text
  // Line breaks in JSON stand only between its tokens, so that a space says the same; numbers keep all their digits.
  if (type === 'json' || type === 'jsonb') return text.replaceAll(/[\r\n]+/g, ' ')
  return JSON.stringify(text)
}

/** Names without repetition: a second `id` becomes `id_2`, unless a column is called so. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  const all = new Set(names)
  return names.map((name) => {
    let unique = name
    for (let count = 2; taken.has(unique); count++) {
      const candidate = `${name}_${count}`
      if (!taken.has(candidate) && !all.has(candidate)) unique = candidate
    }
    taken.add(unique)
    return unique
  })
}
