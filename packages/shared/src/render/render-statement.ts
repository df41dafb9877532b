import type { Argument, ParameterSlot } from '../batch/batch.ts'
import { QueryPoolError } from '../errors/index.ts'

/** A statement as the server gets it, with the way back to the text that the person wrote. */
export interface RenderedStatement {
  readonly text: string
  /**
   * Where in the original sql, as a UTF-16 offset from 0, a position of PostgreSQL points: `position` counts the code
   * points of `text` from 1, as the server's error field `position` does. A place inside a rendered value is the place of
   * its slot; what lies outside of `text` is its nearest end. Whoever sends `text` with something in front subtracts that first.
   */
  toOriginal(position: number): number
}

/** A stretch of the rendered text: a copy of the original from `original` on, or what was put in a slot there. */
interface Piece {
  readonly text: string
  readonly original: number
  readonly isSlot: boolean
}

/**
 * The statement with each slot replaced by its argument as a cast literal, `(CAST('…' AS type))`. Quotes are doubled;
 * backslashes mean themselves, as `standard_conforming_strings` is pinned on wherever a statement is executed. The type
 * goes in as it is: it was checked when the file was read.
 * @throws QP_INTERNAL for a slot that has no argument.
 */
export function renderStatement(
  sql: string,
  slots: readonly ParameterSlot[],
  args: readonly Argument[],
): RenderedStatement {
  const literals = new Map(args.map((argument) => [argument.name, castLiteral(argument)]))
  const pieces: Piece[] = []
  let copied = 0
  for (const slot of [...slots].sort((a, b) => a.start - b.start)) {
    const literal = literals.get(slot.name)
    if (literal === undefined) throw new QueryPoolError('QP_INTERNAL', `The parameter :${slot.name} has no argument.`)
    pieces.push({ text: sql.slice(copied, slot.start), original: copied, isSlot: false })
    pieces.push({ text: literal, original: slot.start, isSlot: true })
    copied = slot.end
  }
  pieces.push({ text: sql.slice(copied), original: copied, isSlot: false })
  return {
    text: pieces.map((piece) => piece.text).join(''),
    toOriginal: (position) => originalOffset(pieces, position),
  }
}

/** One argument as an SQL expression that has its declared type wherever it stands. */
function castLiteral({ type, value }: Argument): string {
  return `(CAST(${value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`} AS ${type}))`
}

function originalOffset(pieces: readonly Piece[], position: number): number {
  let left = Math.max(0, position - 1)
  let end = 0
  for (const piece of pieces) {
    end = piece.original + (piece.isSlot ? 0 : piece.text.length)
    const offset = utf16Offset(piece.text, left)
    if (offset < piece.text.length) return piece.isSlot ? piece.original : piece.original + offset
    left -= codePoints(piece.text)
  }
  return end
}

/** The UTF-16 offset of the code point number `count` (from 0) of a text, at most its length. */
function utf16Offset(text: string, count: number): number {
  let offset = 0
  for (let left = count; left > 0 && offset < text.length; left--) offset += widthAt(text, offset)
  return offset
}

function codePoints(text: string): number {
  let count = 0
  for (let offset = 0; offset < text.length; offset += widthAt(text, offset)) count++
  return count
}

function widthAt(text: string, offset: number): 1 | 2 {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
}
