import type { Place } from '../errors/index.ts'

/** Where in its file a text begins. */
export interface TextOrigin {
  readonly line: number
  readonly column: number
  /** What stands before it in its first line; null when that is too long to be shown. */
  readonly lineBefore: string | null
}

/** A text that can say where in a file an offset is. */
export interface PlacedText {
  readonly file: string
  readonly text: string
  /** Line and column of a UTF-16 offset, with the line's text unless it is too long to be shown. */
  placeAt(offset: number): Required<Pick<Place, 'file' | 'line' | 'column'>> & Place
}

/** The text of a file, or a part of it. */
export interface SourceText extends PlacedText {
  /** Where the rest of the text begins. */
  originAt(offset: number): TextOrigin
}

const maxShownLineLength = 10_000

/** Where the text of a whole file begins. */
export const fileStart: TextOrigin = { line: 1, column: 1, lineBefore: '' }

/**
 * A text with its places. Lines end at LF, CRLF or CR, which are also the ends of `--` comments to PostgreSQL.
 * @param origin where the text begins, when it is only a part of the file
 */
export function sourceText(file: string, text: string, origin: TextOrigin = fileStart): SourceText {
  const lineStarts = [0]
  for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(lineBreak.index + lineBreak[0].length)
  // The last place that was asked for: a line may be a megabyte long and have 10,000 statements.
  let near = { line: 1, column: origin.column, offset: 0 }
  const locate = (offset: number): { line: number; column: number; start: number; before: string | null } => {
    const line = lineNumber(lineStarts, offset)
    const start = lineStarts[line - 1] ?? 0
    const from = near.line === line ? near : { line, column: line === 1 ? origin.column : 1, offset: start }
    near = { line, column: from.column + codePointsBetween(text, from.offset, offset), offset }
    return { line, column: near.column, start, before: line === 1 ? origin.lineBefore : '' }
  }
  return {
    file,
    text,
    placeAt(offset) {
      const { line, column, start, before } = locate(offset)
      const place = { file, line: origin.line + line - 1, column }
      const end = lineStarts[line] ?? text.length
      if (before === null || before.length + end - start > maxShownLineLength) return place
      return { ...place, lineText: before + text.slice(start, end).replace(/[\r\n]+$/, '') }
    },
    originAt(offset) {
      const { line, column, start, before } = locate(offset)
      const isShown = before !== null && before.length + offset - start <= maxShownLineLength
      return { line: origin.line + line - 1, column, lineBefore: isShown ? before + text.slice(start, offset) : null }
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
