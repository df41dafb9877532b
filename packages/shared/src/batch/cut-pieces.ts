import { InvalidDefinition } from '../errors/index.ts'
import { type Span, type SplitText, splitStatements } from '../sql/index.ts'
import { type DecodedText, maxStrange, refuseCharacters, refuseUtf16, Utf8Decoder } from './decode-source.ts'
import type { FaultList } from './fault-list.ts'
import { startsSection } from './option-line.ts'
import { fileStart, type SourceText, sourceText } from './source-text.ts'

/** A part of a batch file that can be read by itself: whole sections, or in a file without names whole statements. */
export interface Piece {
  /** Its text, and some of what follows. */
  readonly source: SourceText
  /** What it consists of. */
  readonly split: SplitText
  readonly isFirst: boolean
  readonly isLast: boolean
  /** Whether a name stands in it or before it. */
  readonly isNamed: boolean
}

/** About how many characters are read at once. */
export const usualPieceLength = 256 * 1024

const maxSectionMiB = 32
/** The longest section, and the longest statement of a file without names, in characters. */
export const maxSectionLength = maxSectionMiB * 1024 * 1024

/**
 * Cuts a batch file into pieces while it is being read, so that a file of any size takes little memory. It is cut above name
 * lines, or where there are none between statements, as PostgreSQL's scanner sees them: never within quotes or comments.
 * What is wrong with its characters goes on the list; nothing follows when it cannot be SQL.
 * @throws InvalidDefinition with QP_QUERY_TOO_LARGE
 */
export async function* cutPieces(
  blocks: AsyncIterable<Uint8Array>,
  file: string,
  faults: FaultList,
  pieceLength = usualPieceLength,
): AsyncGenerator<Piece> {
  let text = ''
  let origin = fileStart
  let isFirst = true
  let isNamed = false
  let wanted = pieceLength
  const strange = new StrangeOffsets()
  for await (const block of decodeBlocks(blocks)) {
    if (block === null) return refuseUtf16(file, faults)
    strange.add(block, text.length)
    text += block.text
    if (strange.count > maxStrange) return strange.refuse(sourceText(file, text, origin), text.length, faults)
    if (text.length < wanted) continue
    const window = text.slice(0, windowEnd(text, pieceLength))
    const split = splitStatements(window, startsSection)
    isNamed ||= split.lineComments.some((comment) => isName(window, comment))
    const cut = isNamed ? lastName(window, split) : secondLastStatement(split)
    const source = sourceText(file, text, origin)
    if (cut === null) {
      if (text.length > maxSectionLength) throw tooLarge(source)
      wanted = 2 * text.length
      continue
    }
    strange.refuse(source, cut, faults)
    yield { source, split: splitBefore(split, cut), isFirst, isLast: false, isNamed }
    origin = source.originAt(cut)
    text = text.slice(cut)
    wanted = text.length + pieceLength
    isFirst = false
  }
  const source = sourceText(file, text, origin)
  strange.refuse(source, text.length, faults)
  const split = splitStatements(text, startsSection)
  isNamed ||= split.lineComments.some((comment) => isName(text, comment))
  yield { source, split, isFirst, isLast: true, isNamed }
}

async function* decodeBlocks(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<DecodedText | null> {
  const decoder = new Utf8Decoder()
  for await (const block of blocks) yield decoder.decode(block, false)
  yield decoder.decode(new Uint8Array(0), true)
}

/** So that every line in a window is whole; one that is longer than a piece is cut. */
function windowEnd(text: string, pieceLength: number): number {
  const end = text.lastIndexOf('\n') + 1
  return text.length - end > pieceLength ? text.length : end
}

function isName(text: string, { start, end }: Span): boolean {
  return startsSection(text.slice(start, end))
}

/** Where the last name line begins whose end is known, unless the text begins with it. */
function lastName(text: string, { lineComments }: SplitText): number | null {
  const last = lineComments.findLast((comment) => comment.end < text.length && isName(text, comment))
  return last === undefined || last.start === 0 ? null : last.start
}

/** The last statement may be only the beginning of a comment; the one before is one, and so is another before that. */
function secondLastStatement({ statements }: SplitText): number | null {
  return statements.length < 3 ? null : (statements.at(-2)?.start ?? null)
}

function splitBefore(split: SplitText, cut: number): SplitText {
  const isBefore = ({ start }: Span): boolean => start < cut
  return {
    statements: split.statements.filter(isBefore),
    lineComments: split.lineComments.filter(isBefore),
    psqlCommands: split.psqlCommands.filter(isBefore),
    openComment: null,
  }
}

function tooLarge(source: SourceText): InvalidDefinition {
  const message = `A query of a batch file may have ${maxSectionMiB} MiB; the one that begins here is larger.`
  const { lineText: _, ...place } = source.placeAt(0)
  return new InvalidDefinition([{ code: 'QP_QUERY_TOO_LARGE', message, place }])
}

/** Where in the text characters are that SQL cannot have, until it is known where in the file that is. */
class StrangeOffsets {
  #invalid: number[] = []
  #nul: number[] = []
  count = 0

  add({ invalidOffsets, nulOffsets }: DecodedText, behind: number): void {
    for (const offset of invalidOffsets) this.#invalid.push(behind + offset)
    for (const offset of nulOffsets) this.#nul.push(behind + offset)
    this.count += invalidOffsets.length + nulOffsets.length
  }

  /** Puts those before `end` on the list; the others are then counted from there. */
  refuse(source: SourceText, end: number, faults: FaultList): void {
    const take = (offsets: number[]): [number[], number[]] => [
      offsets.filter((offset) => offset < end),
      offsets.filter((offset) => offset >= end).map((offset) => offset - end),
    ]
    const [invalidOffsets, invalidLeft] = take(this.#invalid)
    const [nulOffsets, nulLeft] = take(this.#nul)
    refuseCharacters(source, { invalidOffsets, nulOffsets }, faults)
    this.#invalid = invalidLeft
    this.#nul = nulLeft
  }
}
