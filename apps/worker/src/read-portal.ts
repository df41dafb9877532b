import type { Column } from '@querypool/shared/result'
import type { Client } from 'pg'
import Cursor from 'pg-cursor'

const verbatim = { getTypeParser: () => (text: string) => text }
const rowsPerFetch = 500

/**
 * What COPY refuses (SHOW, EXPLAIN), executed over the extended protocol and fetched through its portal, some rows at a
 * time, as CSV as COPY writes it. DECLARE CURSOR refuses these statements too; a portal takes any.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export class PortalReader implements AsyncIterable<Uint8Array> {
  /** How many rows were read so far. */
  rows = 0
  readonly #client: Client
  readonly #text: string
  readonly #columns: readonly Column[]

  constructor(client: Client, text: string, columns: readonly Column[]) {
    this.#client = client
    this.#text = text
    this.#columns = columns
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const cursor = this.#client.query(
      new Cursor<(string | null)[]>(this.#text, [], { rowMode: 'array', types: verbatim as never }),
    )
    yield csvLines([this.#columns.map(({ name }) => name)])
    try {
      for (;;) {
        const rows = await cursor.read(rowsPerFetch)
        if (rows.length === 0) return
        this.rows += rows.length
        yield csvLines(rows)
      }
    } finally {
      await cursor.close()
    }
  }
}

function csvLines(rows: readonly (readonly (string | null)[])[]): Uint8Array {
  return Buffer.from(rows.map((row) => `${row.map(csvValue).join(',')}\n`).join(''))
}

// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-CSV-FORMAT: NULL is nothing, the empty string is "".
function csvValue(value: string | null): string {
  if (value === null) return ''
  return value === '' || value === '\\.' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** Whether a statement begins with SHOW or EXPLAIN, behind any comments: those that COPY refuses. */
export function isRefusedByCopy(sql: string): boolean {
  return /^(show|explain)\b/i.test(withoutLeadingComments(sql))
}

function withoutLeadingComments(sql: string): string {
  let at = 0
  for (;;) {
    at += (/^[\s(]*/.exec(sql.slice(at)) ?? [''])[0].length
    if (sql.startsWith('--', at)) {
      const end = sql.slice(at).search(/[\r\n]/)
      if (end < 0) return ''
      at += end
    } else if (sql.startsWith('/*', at)) at = endOfComment(sql, at)
    else return sql.slice(at)
  }
}

// Comments nest: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS
function endOfComment(sql: string, from: number): number {
  let depth = 0
  const mark = /\/\*|\*\//g
  mark.lastIndex = from
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return sql.length
}
