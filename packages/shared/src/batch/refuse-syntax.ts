import { type ParsedStatement, parseStatements } from '../sql/index.ts'
import { didYouMean, suggest } from '../suggestion/index.ts'
import type { DraftQuery } from './draft-query.ts'
import type { FaultList } from './fault-list.ts'
import { parserText } from './parser-text.ts'

/** Each costs another parse of the statement. */
const maxAssumed = 20

/**
 * Puts on the list why and where the parser refused a query. Where it stopped at a `:name` that is not declared, that is the
 * fault; the name is then taken for a parameter and the query is parsed again, to find all such names and what else is wrong.
 */
export async function refuseSyntax(
  draft: DraftQuery,
  first: Extract<ParsedStatement, { kind: 'refused' }>,
  faults: FaultList,
): Promise<void> {
  const { source } = draft
  const assumed = new Set<string>()
  let outcome: ParsedStatement | undefined = first
  while (outcome?.kind === 'refused' && assumed.size < maxAssumed) {
    const offset = draft.statement.start + parserText(draft, assumed).toOriginal(outcome.position)
    const colonName = draft.statement.colonNames.find(({ start }) => start === offset)
    const isUndeclared = colonName !== undefined && !draft.declared.has(colonName.name) && !assumed.has(colonName.name)
    if (!isUndeclared || colonName.isBehindValue) {
      const message = `PostgreSQL's parser refuses this: ${outcome.message}.`
      faults.add('QP_SQL_SYNTAX', source.placeAt(offset), message, syntaxRemedy(draft, offset))
      return
    }
    refuseUndeclared(draft, colonName.name, offset, faults)
    assumed.add(colonName.name)
    outcome = (await parseStatements([parserText(draft, assumed).text]))[0]
  }
}

function refuseUndeclared(draft: DraftQuery, name: string, offset: number, faults: FaultList): void {
  const names = [...draft.declared.keys()]
  const meant = suggest(name, names)
  const declare = draft.howToDeclare(name)
  const message = `\`:${name}\` is not declared.${didYouMean(name, names)}`
  const remedy =
    meant === null ? `${declare.charAt(0).toUpperCase()}${declare.slice(1)}.` : `Write \`:${meant}\`, or ${declare}.`
  faults.add('QP_PARAM_UNDECLARED', draft.source.placeAt(offset), message, remedy)
}

/** Better advice than to look there, for the mistakes that have one cause. */
function syntaxRemedy(draft: DraftQuery, offset: number): string | undefined {
  const { source } = draft
  const { suspectQuote, colonNames, start } = draft.statement
  if (suspectQuote !== null) {
    const { line } = source.placeAt(suspectQuote.start)
    return `The quote that opens in line ${line} runs over a \`-- name:\` line: is its end missing, or one before it?`
  }
  const [, quotedName] = /^:['"{?]+([A-Za-z_][A-Za-z0-9_]*)/.exec(source.text.slice(offset, offset + 80)) ?? []
  if (quotedName !== undefined) {
    return `This is how psql puts in a variable; ${draft.howToDeclare(quotedName)}, and write \`:${quotedName}\`.`
  }
  if (draft.slots.some((slot) => start + slot.start === offset)) {
    return 'A parameter can stand where any expression can, and has its declared type there: `:day`, not `interval :day`.'
  }
  const colonName = colonNames.find((each) => each.start === offset)
  if (colonName?.isBehindValue !== true) return undefined
  return `Right behind a value the colon is PostgreSQL's own; put a space before \`:${colonName.name}\` if it is a parameter.`
}
