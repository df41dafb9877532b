import { type RenderedStatement, renderStatement } from '../render/index.ts'
import type { ParameterSlot } from './batch.ts'
import type { DraftQuery } from './draft-query.ts'

/**
 * A query as it is given to the parser: rendered with NULL for every parameter, so that the parser sees what the server will.
 * `assumed` are undeclared names that are taken for parameters of type text. Line comments are blanked, since libpg-query,
 * unlike the server, doesn't take one between the parts of a string that goes on in the next line.
 */
export function parserText(draft: DraftQuery, assumed: ReadonlySet<string> = new Set()): RenderedStatement {
  const { start: offset, colonNames, comments } = draft.statement
  const more: ParameterSlot[] = colonNames
    .filter(({ name, isBehindValue }) => assumed.has(name) && !isBehindValue)
    .map(({ start, end, name }) => ({ start: start - offset, end: end - offset, name }))
  const names = new Set([...draft.slots.map(({ name }) => name), ...assumed])
  const nulls = [...names].map((name) => ({
    name,
    type: draft.declared.get(name)?.declaration.type ?? 'text',
    value: null,
  }))
  const pieces: string[] = []
  let copied = 0
  for (const { start, end } of comments) {
    pieces.push(draft.sql.slice(copied, start - offset), ' '.repeat(end - start))
    copied = end - offset
  }
  return renderStatement(pieces.join('') + draft.sql.slice(copied), [...draft.slots, ...more], nulls)
}
