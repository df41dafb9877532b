import type { FaultList } from './fault-list.ts'
import { type SourceText, sourceText } from './source-text.ts'

const maxShownFaults = 10

/**
 * The text of a file's bytes, without a byte order mark. What is not UTF-8 and NUL bytes are put on the list, with a stand-in
 * in the text, so that the rest can be checked too; null when so much is wrong that it can't be SQL.
 */
export function decodeSource(bytes: Uint8Array, file: string, faults: FaultList): SourceText | null {
  if (isUtf16(bytes)) {
    faults.add('QP_NOT_UTF8', { file, line: 1, column: 1 }, 'The file is UTF-16, not UTF-8.')
    return null
  }
  const decoded = new TextDecoder('utf-8').decode(bytes)
  const invalidOffsets = findInvalid(bytes, decoded)
  const nulOffsets = [...decoded.matchAll(/\0/g)].map((match) => match.index)
  const source = sourceText(file, decoded.replaceAll('\0', ' '))
  for (const offset of invalidOffsets.slice(0, maxShownFaults)) {
    faults.add('QP_NOT_UTF8', source.placeAt(offset), 'This byte is not UTF-8.')
  }
  for (const offset of nulOffsets.slice(0, maxShownFaults)) {
    faults.add('QP_NUL_BYTE', source.placeAt(offset), 'There is a NUL byte here, which PostgreSQL takes in no text.')
  }
  return invalidOffsets.length + nulOffsets.length > maxShownFaults ? null : source
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/**
 * The offsets of the replacement characters that stand for invalid bytes. One that the file itself contains is no fault: its
 * three bytes are found where the decoder put it.
 */
function findInvalid(bytes: Uint8Array, decoded: string): number[] {
  if (!decoded.includes('\ufffd')) return []
  const invalid: number[] = []
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
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

function isContinuation(lead: number, index: number, byte: number | undefined): boolean {
  if (byte === undefined || byte < 0x80 || byte > 0xbf) return false
  if (index > 1) return true
  if (lead === 0xe0) return byte >= 0xa0
  if (lead === 0xed) return byte <= 0x9f
  if (lead === 0xf0) return byte >= 0x90
  return lead !== 0xf4 || byte <= 0x8f
}
