import type { Client } from 'pg'

const verbatim = { getTypeParser: () => (text: string) => text }

/**
 * Executes what COPY refuses (SHOW, EXPLAIN), over the extended protocol, and gives its rows as CSV as COPY writes it.
 * Such results are short, so they are held in memory.
 */
export async function readPortal(client: Client, text: string): Promise<{ csv: string; rows: number }> {
  const result = await client.query<(string | null)[]>({
    text,
    rowMode: 'array',
    types: verbatim,
    queryMode: 'extended',
  } as never)
  const lines = [result.fields.map((field) => csvValue(field.name)), ...result.rows.map((row) => row.map(csvValue))]
  return { csv: lines.map((line) => `${line.join(',')}\n`).join(''), rows: result.rows.length }
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
