import type { Place } from '../errors/index.ts'
import type { Span, StatementSpan } from '../sql/index.ts'
import type { ToldTypes } from './check-types.ts'
import type { Piece } from './cut-pieces.ts'
import type { DraftQuery } from './draft-query.ts'
import type { FaultList } from './fault-list.ts'
import { findSlots } from './find-slots.ts'
import { isIdentifier, toIdentifier } from './identifier.ts'
import { parseOptionLine } from './option-line.ts'
import type { Options, PlacedDeclaration } from './options.ts'
import { readOptions } from './read-options.ts'
import type { Section } from './read-sections.ts'
import { SeenNames } from './seen-names.ts'
import { shownText } from './shown-text.ts'
import type { SourceText } from './source-text.ts'

/** What has to be known of the pieces of a file that were read before. */
export class FileSoFar {
  readonly batchName: string
  readonly batchOptions: Options
  readonly names = new SeenNames()
  readonly toldTypes: ToldTypes = new Set()
  /** Declarations of the batch that a query uses. */
  readonly used = new Set<PlacedDeclaration>()
  /** How many statements without a name there are, and where the first of them is. */
  unnamed = 0
  firstUnnamed: Place | null = null
  isEarlyTold = false
  /** Whether there is a name. */
  hasSections = false

  constructor(batchName: string, batchOptions: Options) {
    this.batchName = batchName
    this.batchOptions = batchOptions
  }
}

/**
 * The queries of the sections of a piece, with their options and parameters. In a file without names every statement is a
 * query, named after the batch. What is wrong with sections, names and parameters goes on the list.
 */
export function draftQueries(
  { source, isFirst, isLast, isNamed }: Omit<Piece, 'split'>,
  [preamble, ...named]: readonly [Section, ...Section[]],
  file: FileSoFar,
  faults: FaultList,
): DraftQuery[] {
  const isOnly = isFirst && isLast && preamble.statements.length === 1
  const [first] = preamble.statements
  if (first !== undefined) file.firstUnnamed ??= source.placeAt(first.start)
  const drafts = isNamed ? draftNamed(source, named, file, faults) : draftUnnamed(source, preamble, file, isOnly)
  refuseUnused(drafts, file, faults)
  return drafts
}

/** Puts on the list what is wrong with a file as a whole, when all of it was read. */
export function refuseFile({ source, isFirst }: Omit<Piece, 'split'>, file: FileSoFar, faults: FaultList): void {
  if (file.firstUnnamed === null && !file.hasSections) {
    const message =
      isFirst && source.text.trim() === '' ? 'The file is empty.' : 'There is no SQL statement in the file.'
    faults.add('QP_NO_STATEMENT', source.placeAt(0), message)
  }
  for (const parameter of file.batchOptions.parameters.values())
    if (!file.used.has(parameter)) faults.add(...unused(parameter))
}

function draftUnnamed(source: SourceText, section: Section, file: FileSoFar, isOnly: boolean): DraftQuery[] {
  const { batchName, batchOptions } = file
  const options = { ...batchOptions, parameters: new Map(), tags: [] }
  return section.statements.map((statement) => {
    file.unnamed++
    const name = isOnly ? batchName : toIdentifier(batchName, `_${file.unnamed}`)
    return draft(source, section, statement, name, options, batchOptions.parameters)
  })
}

function draftNamed(
  source: SourceText,
  sections: readonly Section[],
  file: FileSoFar,
  faults: FaultList,
): DraftQuery[] {
  if (file.firstUnnamed !== null && !file.isEarlyTold) {
    const message = 'This SQL stands before the first `-- name:` line.'
    faults.add('QP_SQL_BEFORE_NAME', file.firstUnnamed, message)
    file.isEarlyTold = true
  }
  file.hasSections = true
  refuseNames(source, sections, file.names, faults)
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
      draft(source, section, each, section.name ?? '', options, file.batchOptions.parameters),
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

function refuseNames(source: SourceText, sections: readonly Section[], names: SeenNames, faults: FaultList): void {
  for (const { name, offset } of sections) {
    if (name === null) continue
    const place = source.placeAt(offset)
    if (!isIdentifier(name)) {
      const message = name === '' ? 'The name is missing.' : `${shownText(name)} cannot be the name of a query.`
      faults.add('QP_NAME_INVALID', place, message)
      continue
    }
    const other = names.add(name, place.line)
    if (other === null) continue
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

/** Those of the batch may be used further down. */
function refuseUnused(drafts: readonly DraftQuery[], { used: usedOfBatch }: FileSoFar, faults: FaultList): void {
  const declared = new Set<PlacedDeclaration>()
  const used = new Set<PlacedDeclaration>()
  for (const draft of drafts) {
    for (const parameter of draft.options.parameters.values()) declared.add(parameter)
    for (const slot of draft.slots) {
      const parameter = draft.declared.get(slot.name)
      if (parameter !== undefined) used.add(parameter)
    }
  }
  for (const parameter of declared) if (!used.has(parameter)) faults.add(...unused(parameter))
  for (const parameter of used) if (!declared.has(parameter)) usedOfBatch.add(parameter)
}

function unused({ declaration: { name }, place }: PlacedDeclaration): ['QP_PARAM_UNUSED', Place, string] {
  return ['QP_PARAM_UNUSED', place, `The parameter ${shownText(name)} is declared, but \`:${name}\` is not used.`]
}
