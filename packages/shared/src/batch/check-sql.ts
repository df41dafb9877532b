import { classifyStatement, type ParsedStatement, parseStatements } from '../sql/index.ts'
import { checkTypes, type ToldTypes } from './check-types.ts'
import type { DraftQuery } from './draft-query.ts'
import type { FaultList } from './fault-list.ts'
import { parserText } from './parser-text.ts'
import { refuseSyntax } from './refuse-syntax.ts'
import { shownText } from './shown-text.ts'

/**
 * Parses and classifies the SQL of the queries, and puts on the list what can't be run.
 * @param toldTypes kept over the parts of one file
 */
export async function checkSql(
  drafts: readonly DraftQuery[],
  faults: FaultList,
  toldTypes: ToldTypes = new Set(),
): Promise<void> {
  const refusedTypes = await checkTypes(drafts, toldTypes, faults)
  const parsed = await parseStatements(drafts.map((draft) => parserText(draft).text))
  for (const [index, draft] of drafts.entries()) {
    const outcome = parsed[index]
    refuseNumbered(draft, faults)
    // What the parser says of a query with a wrong type is about the type.
    if (draft.slots.some(({ name }) => refusedTypes.has(draft.declared.get(name)?.declaration.type ?? ''))) continue
    if (outcome?.kind === 'refused') await refuseSyntax(draft, outcome, faults)
    if (outcome?.kind === 'parsed') refuseClass(draft, outcome, faults)
  }
}

function refuseNumbered({ source, statement, howToDeclare }: DraftQuery, faults: FaultList): void {
  const [first] = statement.numbered
  if (first === undefined) return
  const written = source.text.slice(first.start, first.end)
  const remedy = `Write \`:name\` instead, and ${howToDeclare('name')}.`
  faults.add('QP_PARAM_NUMBERED', source.placeAt(first.start), `${shownText(written)} has no value in a batch.`, remedy)
}

function refuseClass(
  draft: DraftQuery,
  { tree }: Extract<ParsedStatement, { kind: 'parsed' }>,
  faults: FaultList,
): void {
  const { source } = draft
  const place = source.placeAt(draft.statement.start)
  const statementClass = classifyStatement(tree)
  if (statementClass.kind === 'refused') {
    faults.add('QP_STATEMENT_REFUSED', place, `This cannot be a query of a batch: ${statementClass.reason}.`)
  }
  if (statementClass.kind === 'write' && draft.options.effect !== 'write') {
    faults.add(
      'QP_STATEMENT_NOT_READ',
      place,
      `The query is a read, but its statement is not: ${statementClass.reason}.`,
    )
  }
}
