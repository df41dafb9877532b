import type { ColonName, StatementSpan } from '../sql/index.ts'
import type { ParameterSlot } from './batch.ts'

/**
 * The places in a statement where declared parameters stand, as offsets into its own text. A `:name` right behind a value
 * (a letter, a digit, a quote, a closing bracket) is PostgreSQL's own colon, as in `a[1:n]` or `json_object('k':v)`.
 */
export function findSlots(statement: StatementSpan, declared: ReadonlyMap<string, unknown>): ParameterSlot[] {
  return statement.colonNames
    .filter((colonName) => isSlot(colonName, declared))
    .map(({ start, end, name }) => ({ start: start - statement.start, end: end - statement.start, name }))
}

function isSlot(colonName: ColonName, declared: ReadonlyMap<string, unknown>): boolean {
  return declared.has(colonName.name) && !colonName.isBehindValue
}
