/** A field of CSV: its text, and whether it stood in quotes. */
export interface CsvField {
  readonly text: string
  readonly isQuoted: boolean
}

/** Takes CSV apart, into records of fields. @throws when the last record is not ended by a line feed */
export function parseCsv(csv: string): CsvField[][] {
  const records: CsvField[][] = []
  let record: CsvField[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/y
  while (field.lastIndex < csv.length) {
    const at = field.lastIndex
    const [, quoted, plain, end] = field.exec(csv) ?? []
    if (end === undefined) throw new Error(`no CSV at character ${at}: ${JSON.stringify(csv.slice(at, at + 80))}`)
    record.push(
      quoted === undefined
        ? { text: plain ?? '', isQuoted: false }
        : { text: quoted.replaceAll('""', '"'), isQuoted: true },
    )
    if (end === '\n') {
      records.push(record)
      record = []
    }
  }
  if (record.length > 0) throw new Error('the last record has no end')
  return records
}
