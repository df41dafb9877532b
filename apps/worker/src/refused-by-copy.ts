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
