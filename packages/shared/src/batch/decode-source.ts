import type { FaultList } from './fault-list.ts'
import { type SourceText, sourceText } from './source-text.ts'

/** More than so many bytes that are no characters of SQL, and a file is not SQL. */
export const maxStrange = 10
// Enough to recognize a byte order mark, and to hold the longest sequence of UTF-8.
const leastBytes = 4

/** What the bytes of a file decode to, piece by piece, with what is wrong with them as UTF-16 offsets into the text. */
export interface DecodedText {
  readonly text: string
  readonly invalidOffsets: readonly number[]
  readonly nulOffsets: readonly number[]
}

/**
 * Decodes UTF-8 that comes in pieces, which may end within a character. What is not UTF-8 and NUL bytes have a stand-in in
 * the text. A byte order mark at the beginning is left out.
 */
export class Utf8Decoder {
  #carried: Uint8Array = new Uint8Array(0)
  #isBegun = false

  /** The text of some more bytes; null when the file is UTF-16. */
  decode(more: Uint8Array, isLast: boolean): DecodedText | null {
    const bytes = this.#carried.length === 0 ? more : Buffer.concat([this.#carried, more])
    if (!isLast && bytes.length < leastBytes) {
      this.#carried = bytes
      return nothing
    }
    if (!this.#isBegun && isUtf16(bytes)) return null
    const end = isLast ? bytes.length : bytes.length - unfinishedLength(bytes)
    this.#carried = bytes.slice(end)
    const taken = bytes.subarray(0, end)
    const decoded = new TextDecoder('utf-8', { ignoreBOM: this.#isBegun }).decode(taken)
    const invalidOffsets = findInvalid(taken, decoded, this.#isBegun)
    this.#isBegun = true
    const nulOffsets = [...decoded.matchAll(/\0/g)].map((match) => match.index)
    return { text: nulOffsets.length === 0 ? decoded : decoded.replaceAll('\0', ' '), invalidOffsets, nulOffsets }
  }
}

const nothing: DecodedText = { text: '', invalidOffsets: [], nulOffsets: [] }

/**
 * The text of a file's bytes, without a byte order mark. What is not UTF-8 and NUL bytes are put on the list, with a stand-in
 * in the text, so that the rest can be checked too; null when so much is wrong that it can't be SQL.
 */
export function decodeSource(bytes: Uint8Array, file: string, faults: FaultList): SourceText | null {
  const decoded = new Utf8Decoder().decode(bytes, true)
  if (decoded === null) {
    refuseUtf16(file, faults)
    return null
  }
  const source = sourceText(file, decoded.text)
  refuseCharacters(source, decoded, faults)
  return decoded.invalidOffsets.length + decoded.nulOffsets.length > maxStrange ? null : source
}

/** Puts on the list that a file is UTF-16. */
export function refuseUtf16(file: string, faults: FaultList): void {
  faults.add('QP_NOT_UTF8', { file, line: 1, column: 1 }, 'The file is UTF-16, not UTF-8.')
}

/** Puts on the list what in a text cannot be a character of SQL, ten of each kind at the most. */
export function refuseCharacters(
  source: SourceText,
  { invalidOffsets, nulOffsets }: Pick<DecodedText, 'invalidOffsets' | 'nulOffsets'>,
  faults: FaultList,
): void {
  for (const offset of invalidOffsets.slice(0, maxStrange)) {
    faults.add('QP_NOT_UTF8', source.placeAt(offset), 'This byte is not UTF-8.')
  }
  for (const offset of nulOffsets.slice(0, maxStrange)) {
    faults.add('QP_NUL_BYTE', source.placeAt(offset), 'There is a NUL byte here, which PostgreSQL takes in no text.')
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/**
 * The offsets of the replacement characters that stand for invalid bytes. One that the file itself contains is no fault: its
 * three bytes are found where the decoder put it.
 */
function findInvalid(bytes: Uint8Array, decoded: string, isMarkKept: boolean): number[] {
  if (!decoded.includes('\ufffd')) return []
  const invalid: number[] = []
  const hasMark = !isMarkKept && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  let byte = hasMark ? 3 : 0
  let copied = 0
  for (const { index } of decoded.matchAll(/\ufffd/g)) {
    byte += Buffer.byteLength(decoded.slice(copied, index))
    copied = index + 1
    if (bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd) {
      byte += 3
    } else {
      invalid.push(index)
      byte += invalidLength(bytes, byte)
    }
  }
  return invalid
}

/**
 * How many bytes the decoder replaced by one character: the longest beginning of a valid sequence, at least one (the
 * practice of the Unicode standard, chapter 3.9, and of the Encoding standard).
 */
function invalidLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  const needed =
    lead >= 0xf0 && lead <= 0xf4 ? 3 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xc2 && lead < 0xe0 ? 1 : 0
  let length = 1
  while (length <= needed && isContinuation(lead, length, bytes[at + length])) length++
  return length
}

/** How many bytes at the end are the beginning of a sequence whose rest is yet to come. */
function unfinishedLength(bytes: Uint8Array): number {
  for (let length = 1; length < leastBytes && length <= bytes.length; length++) {
    const lead = bytes[bytes.length - length] ?? 0
    if (lead < 0x80) return 0
    if (lead < 0xc0) continue
    const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
    return length < needed ? length : 0
  }
  return 0
}

function isContinuation(lead: number, index: number, byte: number | undefined): boolean {
  if (byte === undefined || byte < 0x80 || byte > 0xbf) return false
  if (index > 1) return true
  if (lead === 0xe0) return byte >= 0xa0
  if (lead === 0xed) return byte <= 0x9f
  if (lead === 0xf0) return byte >= 0x90
  return lead !== 0xf4 || byte <= 0x8f
}
