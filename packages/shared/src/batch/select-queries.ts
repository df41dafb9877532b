import { type Fault, InvalidDefinition } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { Batch, Query } from './batch.ts'
import { shownText } from './shown-text.ts'

const tagPrefix = 'tag:'

/**
 * The batch with only the queries that a selector chooses, by `NAME` or `tag:TAG`; all of them when there is no selector.
 * Each keeps its position.
 * @throws InvalidDefinition with every selector that chooses nothing.
 */
export function selectQueries(batch: Batch, selectors: readonly string[]): Batch {
  if (selectors.length === 0) return batch
  const [first, ...rest] = selectors
    .filter((selector) => !batch.queries.some((query) => isSelected(query, selector)))
    .map((selector) => unknownSelector(batch, selector))
  if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  const queries = batch.queries.filter((query) => selectors.some((selector) => isSelected(query, selector)))
  return { ...batch, queries }
}

function isSelected(query: Query, selector: string): boolean {
  return selector.startsWith(tagPrefix)
    ? query.tags.includes(selector.slice(tagPrefix.length))
    : query.name === selector
}

function unknownSelector(batch: Batch, selector: string): Fault {
  const isTag = selector.startsWith(tagPrefix)
  const word = isTag ? selector.slice(tagPrefix.length) : selector
  const candidates = new Set(batch.queries.flatMap((query) => (isTag ? query.tags : [query.name])))
  const message = `No query of the batch has the ${isTag ? 'tag' : 'name'} ${shownText(word)}.${didYouMean(word, candidates)}`
  return { code: 'QP_SELECT_UNKNOWN', message, place: { file: batch.file } }
}
