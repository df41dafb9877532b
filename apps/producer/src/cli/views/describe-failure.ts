import { caretUnder } from '@querypool/shared/errors'
import { type Journal, type QueryText, type QueryView, type RunView, readQueryText } from '@querypool/shared/journal'

/** Where in a file an offset into a query's SQL is; line and column count from 1, columns in code points. */
export interface SqlPlace {
  /** Null: the file of the batch. */
  readonly file: string | null
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
  const where = place ? ` at ${place.file ?? run.file}:${place.line}:${place.column}` : ''
  const sqlState = error.sqlState === undefined ? '' : `, SQLSTATE ${error.sqlState}`
  const lines = [`${query.name}${where}: ${error.message} [${error.code}${sqlState}]`]
  if (place) lines.push(...caretUnder(place.lineText, place.column))
  return lines.join('\n')
}

/** Finds the place in the file of a UTF-16 offset into a query's SQL. What stands before the SQL is shown as spaces. */
export function placeInSql({ sql, origin, ...begin }: QueryText, offset: number): SqlPlace {
  const { file, line, column, indent: deeper } = origin ?? { file: null, ...begin, indent: 0 }
  if (deeper === null) return { file, line, column, lineText: `${' '.repeat(column - 1)}${sql.split(/[\n\r]/, 1)}` }
  const linesBefore = sql.slice(0, offset).split(/\r\n|\n|\r/)
  const lastBefore = linesBefore.at(-1) ?? ''
  const indent = linesBefore.length === 1 ? column - 1 : deeper
  const [lineText = ''] = sql.slice(offset - lastBefore.length).split(/[\n\r]/, 1)
  return {
    file,
    line: line + linesBefore.length - 1,
    column: indent + [...lastBefore].length + 1,
    lineText: ' '.repeat(indent) + lineText,
  }
}
