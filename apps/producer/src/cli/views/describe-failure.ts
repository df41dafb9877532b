import { caretUnder } from '@querypool/shared/errors'
import { type Journal, type QueryText, type QueryView, type RunView, readQueryText } from '@querypool/shared/journal'

/** Where in a batch file an offset into a query's SQL is; line and column count from 1, columns in code points. */
export interface SqlPlace {
  readonly line: number
  readonly column: number
  readonly lineText: string
}

/**
 * Why a query did not succeed, as a person reads it: name, place, message with its SQLSTATE, and the line of SQL with a
 * caret under the place where PostgreSQL gave one.
 */
export async function describeFailure(journal: Journal, run: RunView, query: QueryView): Promise<string> {
  const { error } = query
  if (error === null) return `${query.name}: ${query.state}`
  const text = error.offset === undefined ? null : await readQueryText(journal, run.run, query.position)
  const place = text === null ? null : placeInSql(text, error.offset ?? 0)
  const where = place ? ` at ${run.file}:${place.line}:${place.column}` : ''
  const sqlState = error.sqlState === undefined ? '' : `, SQLSTATE ${error.sqlState}`
  const lines = [`${query.name}${where}: ${error.message} [${error.code}${sqlState}]`]
  if (place) lines.push(...caretUnder(place.lineText, place.column))
  return lines.join('\n')
}

/** Finds the place in the file of a UTF-16 offset into a query's SQL. What stands before the SQL is shown as spaces. */
export function placeInSql({ sql, line, column }: QueryText, offset: number): SqlPlace {
  const linesBefore = sql.slice(0, offset).split(/\r\n|\n|\r/)
  const lastBefore = linesBefore.at(-1) ?? ''
  const indent = linesBefore.length === 1 ? column - 1 : 0
  const [lineText = ''] = sql.slice(offset - lastBefore.length).split(/[\n\r]/, 1)
  return {
    line: line + linesBefore.length - 1,
    column: indent + [...lastBefore].length + 1,
    lineText: ' '.repeat(indent) + lineText,
  }
}
