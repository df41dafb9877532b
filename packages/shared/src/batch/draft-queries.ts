import type { Span, StatementSpan } from '../sql/index.ts'
import type { DraftQuery } from './draft-query.ts'
import type { FaultList } from './fault-list.ts'
import { findSlots } from './find-slots.ts'
import { isIdentifier, toIdentifier } from './identifier.ts'
import { parseOptionLine } from './option-line.ts'
import { type Options, type PlacedDeclaration, readOptions } from './read-options.ts'
import type { Section } from './read-sections.ts'
import { shownText } from './shown-text.ts'
import type { SourceText } from './source-text.ts'

/**
 * The queries of the sections, with their options and parameters. In a file without names every statement is a query, named
 * after the batch. What is wrong with sections, names and parameters goes on the list.
 */
export function draftQueries(
  source: SourceText,
  sections: readonly [Section, ...Section[]],
  batchName: string,
  batchOptions: Options,
  faults: FaultList,
): DraftQuery[] {
  const [preamble, ...named] = sections
  const drafts =
    named.length === 0
      ? draftUnnamed(source, preamble, batchName, batchOptions, faults)
      : draftNamed(source, preamble, named, batchOptions, faults)
  refuseUnused(source, drafts, batchOptions, faults)
  return drafts
}

function draftUnnamed(
  source: SourceText,
  section: Section,
  batchName: string,
  batchOptions: Options,
  faults: FaultList,
): DraftQuery[] {
  const { statements } = section
  if (statements.length === 0) {
    const message = source.text.trim() === '' ? 'The file is empty.' : 'There is no SQL statement in the file.'
    faults.add('QP_NO_STATEMENT', source.placeAt(0), message)
  }
  const options = { ...batchOptions, parameters: new Map(), tags: [] }
  return statements.map((statement, index) => {
    const name = statements.length === 1 ? batchName : toIdentifier(batchName, `_${index + 1}`)
    return draft(source, section, statement, name, options, batchOptions.parameters)
  })
}

function draftNamed(
  source: SourceText,
  preamble: Section,
  sections: readonly Section[],
  batchOptions: Options,
  faults: FaultList,
): DraftQuery[] {
  const [early] = preamble.statements
  if (early !== undefined) {
    const message = 'This SQL stands before the first `-- name:` line.'
    faults.add('QP_SQL_BEFORE_NAME', source.placeAt(early.start), message)
  }
  refuseNames(source, sections, faults)
  return sections.flatMap((section) => {
    const options = readOptions(source, section.header, 'query', faults)
    const [statement, second] = section.statements
    if (statement === undefined) {
      faults.add(
        'QP_NO_STATEMENT',
        source.placeAt(section.offset),
        `The section ${shownText(section.name ?? '')} has no SQL statement.`,
      )
      return []
    }
    if (second !== undefined) refuseSecond(source, section, second, faults)
    return section.statements.map((each) =>
      draft(source, section, each, section.name ?? '', options, batchOptions.parameters),
    )
  })
}

function draft(
  source: SourceText,
  section: Section,
  statement: StatementSpan,
  name: string,
  options: Options,
  inherited: ReadonlyMap<string, PlacedDeclaration>,
): DraftQuery {
  const declared = options.parameters.size === 0 ? inherited : new Map([...inherited, ...options.parameters])
  const sql = source.text.slice(statement.start, statement.end)
  const where = section.name === null ? 'at the top of the file' : 'under its `-- name:` line'
  const howToDeclare = (parameter: string): string =>
    `add \`-- param: ${parameter} text\` ${where}, with the type that it has (date, int, numeric, …)`
  return { name, source, statement, sql, options, declared, slots: findSlots(statement, declared), howToDeclare }
}

function refuseNames(source: SourceText, sections: readonly Section[], faults: FaultList): void {
  const seen = new Map<string, { name: string; line: number }>()
  for (const { name, offset } of sections) {
    const place = source.placeAt(offset)
    if (name === null) continue
    if (!isIdentifier(name)) {
      const message = name === '' ? 'The name is missing.' : `${shownText(name)} cannot be the name of a query.`
      faults.add('QP_NAME_INVALID', place, message)
      continue
    }
    const other = seen.get(name.toLowerCase())
    seen.set(name.toLowerCase(), other ?? { name, line: place.line })
    if (other === undefined) continue
    const message =
      other.name === name
        ? `The name ${shownText(name)} stands in line ${other.line} and in line ${place.line}.`
        : `\`${other.name}\` in line ${other.line} and ${shownText(name)} in line ${place.line} differ only in case.`
    faults.add('QP_NAME_TWICE', place, message)
  }
}

/** Where the name line of a second statement seems to be there but misspelled, that is said. */
function refuseSecond(source: SourceText, section: Section, second: StatementSpan, faults: FaultList): void {
  const nearName = section.laterComments.find(({ start, end }: Span) => {
    const line = parseOptionLine(source.text.slice(start, end))
    return start < second.start && line.kind === 'near' && line.meant === 'name:'
  })
  const message = `The section ${shownText(section.name ?? '')} has ${section.statements.length} statements; the second begins here.`
  const remedy =
    nearName === undefined
      ? undefined
      : `Line ${source.placeAt(nearName.start).line} is not a name line; did you mean \`-- name:\` there?`
  faults.add('QP_SEVERAL_STATEMENTS', source.placeAt(second.start), message, remedy)
}

function refuseUnused(
  source: SourceText,
  drafts: readonly DraftQuery[],
  batchOptions: Options,
  faults: FaultList,
): void {
  const declared = new Set(batchOptions.parameters.values())
  const used = new Set<PlacedDeclaration | undefined>()
  for (const draft of drafts) {
    for (const parameter of draft.options.parameters.values()) declared.add(parameter)
    for (const slot of draft.slots) used.add(draft.declared.get(slot.name))
  }
  for (const parameter of declared) {
    if (used.has(parameter)) continue
    const { name } = parameter.declaration
    const message = `The parameter ${shownText(name)} is declared, but \`:${name}\` is not used.`
    faults.add('QP_PARAM_UNUSED', source.placeAt(parameter.offset), message)
  }
}
