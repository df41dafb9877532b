import { type Parser, parse } from 'csv-parse'

/** The fields of a row as PostgreSQL wrote them; null is SQL's NULL. */
export type CsvRecord = readonly (string | null)[]

/**
 * The rows in the bytes of a result, some at a time, without the header line; an unquoted empty field is null.
 * @throws what `csv` throws
 */
export async function* csvRecords(csv: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord[]> {
  const parser = parse({
    record_delimiter: '\n',
    relax_column_count: true,
    from: 2,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  })
  parser.on('error', () => {})
  for await (const chunk of csv) yield await recordsAfter(parser, chunk)
  yield await recordsAfter(parser, null)
}

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

/** Names without repetition: a second `id` becomes `id_2`, unless a column is called so. */
export function uniqueNames(names: readonly string[]): string[] {
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
