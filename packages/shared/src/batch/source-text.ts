import type { Place } from '../errors/index.ts'

/** The text of a file that can say where in it an offset is. */
export interface SourceText {
  readonly file: string
  readonly text: string
  /** Line and column of a UTF-16 offset, with the line's text unless it is too long to be shown. */
  placeAt(offset: number): Required<Pick<Place, 'file' | 'line' | 'column'>> & Place
}

const maxShownLineLength = 10_000

/** A text with its places. Lines end at LF, CRLF or CR, which are also the ends of `--` comments to PostgreSQL. */
export function sourceText(file: string, text: string): SourceText {
  const lineStarts = [0]
  for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(lineBreak.index + lineBreak[0].length)
  // The last place that was asked for: a file may be one line of 32 MiB with 100,000 statements.
  let near = { line: 1, column: 1, offset: 0 }
  return {
    file,
    text,
    placeAt(offset) {
      const line = lineNumber(lineStarts, offset)
      const start = lineStarts[line - 1] ?? 0
      const from = near.line === line ? near : { line, column: 1, offset: start }
      near = { line, column: from.column + codePointsBetween(text, from.offset, offset), offset }
      const place = { file, line, column: near.column }
      const end = lineStarts[line] ?? text.length
      if (end - start > maxShownLineLength) return place
      return { ...place, lineText: text.slice(start, end).replace(/[\r\n]+$/, '') }
    },
  }
}

/** The last line that starts at or before the offset, from 1. */
function lineNumber(lineStarts: readonly number[], offset: number): number {
  let low = 0
  let high = lineStarts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low + 1
}

/** How many code points `to` is behind `from`; negative if it is before. */
function codePointsBetween(text: string, from: number, to: number): number {
  if (to < from) return -codePointsBetween(text, to, from)
  let count = 0
  for (let at = from; at < to && at < text.length; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return count
}
