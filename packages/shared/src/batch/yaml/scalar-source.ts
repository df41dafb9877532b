import type { PlacedScalar } from '../../yaml/read-yaml.ts'
import type { PlacedText, SourceText } from '../source-text.ts'

/**
 * The text of a scalar of a file, which knows where in the file it stands: exactly under `|` and in a text of one line,
 * else where the scalar begins. Null for a text of several lines that isn't under `|`: YAML joins such lines, so that a
 * comment in one would swallow the next.
 */
export function scalarSource(yaml: SourceText, scalar: PlacedScalar): PlacedText | null {
  const { text, start, end } = scalar
  const written = yaml.text.slice(start, end)
  if (scalar.isLiteral)
    return { file: yaml.file, text, placeAt: (offset) => yaml.placeAt(literalOffset(yaml, scalar, offset)) }
  if (/[\n\r]/.test(written)) return null
  const from = start + written.indexOf(text)
  const isVerbatim = written.includes(text)
  return { file: yaml.file, text, placeAt: (offset) => yaml.placeAt(isVerbatim ? from + offset : start) }
}

/** Where in the file an offset into the text of a block under `|` is: its lines are those of the file, without the indentation. */
function literalOffset(yaml: SourceText, { text, start, end }: PlacedScalar, offset: number): number {
  const fileLines = yaml.text.slice(start, end).split('\n')
  const lines = text.split('\n')
  const before = text.slice(0, offset).split('\n')
  const indent = indentOf(lines, fileLines)
  // The first line of the block in the file is that of the `|`.
  const linesAbove = fileLines.slice(0, before.length)
  const lineStart = start + linesAbove.reduce((sum, line) => sum + line.length + 1, 0)
  const lineLength = (fileLines[before.length] ?? '').replace(/\r$/, '').length
  return Math.min(lineStart + Math.min(indent + (before.at(-1) ?? '').length, lineLength), end)
}

function indentOf(lines: readonly string[], fileLines: readonly string[]): number {
  const index = lines.findIndex((line) => line.trim() !== '')
  return index < 0 ? 0 : (fileLines[index + 1] ?? '').replace(/\r$/, '').length - (lines[index] ?? '').length
}
