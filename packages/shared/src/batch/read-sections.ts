import type { Span, SplitText, StatementSpan } from '../sql/index.ts'
import { parseOptionLine } from './option-line.ts'

/** A part of a batch file: what stands before the first name, or a name line and all up to the next one. */
export interface Section {
  /** As written, not yet checked; null before the first name. */
  readonly name: string | null
  /** Where the name stands, or the file begins, in the text. */
  readonly offset: number
  /** The comment lines above its first statement. */
  readonly header: readonly Span[]
  /** The comment lines below the beginning of its first statement. */
  readonly laterComments: readonly Span[]
  readonly statements: readonly StatementSpan[]
}

interface OpenSection extends Section {
  readonly header: Span[]
  readonly laterComments: Span[]
  readonly statements: StatementSpan[]
}

/** The sections of a text in order; the first is what stands before the first name, and may be empty. */
export function readSections(text: string, split: SplitText): [Section, ...Section[]] {
  const preamble = openSection(null, 0)
  const sections: [Section, ...Section[]] = [preamble]
  let section = preamble
  let nextStatement = 0
  const takeStatementsBefore = (offset: number): void => {
    for (;;) {
      const statement = split.statements[nextStatement]
      if (statement === undefined || statement.start >= offset) return
      section.statements.push(statement)
      nextStatement++
    }
  }
  for (const comment of split.lineComments) {
    takeStatementsBefore(comment.start)
    const line = parseOptionLine(text.slice(comment.start, comment.end))
    if (line.kind === 'option' && line.key === 'name') {
      section = openSection(line.value, comment.start + line.valueOffset)
      sections.push(section)
    } else if (section.statements.length === 0) section.header.push(comment)
    else section.laterComments.push(comment)
  }
  takeStatementsBefore(Number.POSITIVE_INFINITY)
  return sections
}

function openSection(name: string | null, offset: number): OpenSection {
  return { name, offset, header: [], laterComments: [], statements: [] }
}
