import type { Column } from '@querypool/shared/result'
import { parse } from 'csv-parse'

const numberTypes = new Set(['smallint', 'integer', 'real', 'double precision'])
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/**
 * The rows of a result as JSON objects, one text per row, each without a line break. Numbers that a double holds exactly
 * and booleans are JSON's own, json columns stand in place, everything else is a string; an unquoted empty field is null.
 *
 * @param csv the bytes of the result, header line first
 */
export async function* rowsAsJson(csv: AsyncIterable<Uint8Array>, columns: readonly Column[]): AsyncGenerator<string> {
  const keys = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name))
  const parser = parse({
    record_delimiter: '\n',
    relax_column_count: true,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  })
  const fed = feed(csv, parser)
  let isHeader = true
  for await (const record of parser as AsyncIterable<(string | null)[]>) {
    if (!isHeader) yield `{${columns.map((column, at) => `${keys[at]}:${jsonValue(record[at] ?? null, column.type)}`)}}`
    isHeader = false
  }
  await fed
}

async function feed(csv: AsyncIterable<Uint8Array>, parser: ReturnType<typeof parse>): Promise<void> {
  try {
    for await (const chunk of csv) {
      if (parser.write(chunk)) continue
      await new Promise<void>((resolve) => {
        parser.once('drain', resolve)
        parser.once('close', resolve)
      })
      if (parser.destroyed) return
    }
    parser.end()
  } catch (error) {
    parser.destroy(error instanceof Error ? error : new Error(String(error)))
  }
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
