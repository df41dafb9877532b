import type { PlacedScalar } from '../../yaml/read-yaml.ts'
import { type PlacedText, type SourceText, sourceText } from '../source-text.ts'

/** SQL that knows where in its file it stands. */
export interface YamlSql extends PlacedText {
  /** How much deeper its lines stand in the file, in characters; null: they are not lines of the file. */
  readonly indent: number | null
}

/**
 * The text of a scalar of a file, which knows where in the file it stands: exactly under `|` and in a text of one line
 * without escapes, else where the scalar begins. Null for a text of several lines that isn't under `|`: YAML joins such
 * lines, so that a comment in one would swallow the next.
 */
export function scalarSource(yaml: SourceText, scalar: PlacedScalar): YamlSql | null {
  const { text, start, end } = scalar
  const inner = sourceText(yaml.file, text)
  if (scalar.isLiteral) {
    const { line: headLine } = yaml.placeAt(start)
    const indent = indentOf(yaml.text.slice(start, end), text)
    return {
      file: yaml.file,
      text,
      indent,
      placeAt(offset) {
        const { file, line, column, lineText } = inner.placeAt(offset)
        const place = { file, line: headLine + line, column: column + indent }
        return lineText === undefined ? place : { ...place, lineText: `${' '.repeat(indent)}${lineText}` }
      },
    }
  }
  const written = yaml.text.slice(start, end)
  if (/[\n\r]/.test(written)) return null
  const isVerbatim = written.includes(text)
  const first = yaml.placeAt(isVerbatim ? start + written.indexOf(text) : start)
  return {
    file: yaml.file,
    text,
    indent: isVerbatim ? 0 : null,
    placeAt: (offset) => (isVerbatim ? { ...first, column: first.column + inner.placeAt(offset).column - 1 } : first),
  }
}

/** How much deeper the lines of a block stand in the file than in its text. */
function indentOf(written: string, text: string): number {
  const index = text.split('\n').findIndex((line) => line.trim() !== '')
  const [inText, inFile] = [text.split('\n')[index] ?? '', written.split('\n')[index + 1] ?? '']
  return index < 0 ? 0 : inFile.replace(/\r$/, '').length - inText.replace(/\r$/, '').length
}
