import { type Fault, InvalidDefinition } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { Batch, Query } from './batch.ts'
import { shownText } from './shown-text.ts'

const tagPrefix = 'tag:'
// Among so many is looked for what was meant by a selector that chooses nothing.
const mostCandidates = 10_000

/** Chooses among the queries of a batch by `NAME`, also that of a matrix, or `tag:TAG`, however many they are; all of them without a selector. */
export class Selection {
  readonly #file: string
  readonly #selectors: readonly string[]
  readonly #unmatched: Set<string>
  readonly #candidates = { names: new Set<string>(), tags: new Set<string>() }

  /** @param file that of the batch, for faults */
  constructor(file: string, selectors: readonly string[]) {
    this.#file = file
    this.#selectors = selectors
    this.#unmatched = new Set(selectors)
  }

  /** Those of some queries that are chosen. Each keeps its position. */
  choose(queries: readonly Query[]): readonly Query[] {
    if (this.#selectors.length === 0) return queries
    if (this.#unmatched.size > 0) for (const query of queries) this.#note(query)
    return queries.filter((query) => this.#selectors.some((selector) => isSelected(query, selector)))
  }

  /** @throws InvalidDefinition with every selector that has chosen nothing. */
  refuseUnmatched(): void {
    const [first, ...rest] = [...this.#unmatched].map((selector) => this.#unknownSelector(selector))
    if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  }

  #note(query: Query): void {
    for (const selector of this.#unmatched) if (isSelected(query, selector)) this.#unmatched.delete(selector)
    const { names, tags } = this.#candidates
    if (names.size < mostCandidates) names.add(query.name).add(query.matrix ?? query.name)
    if (tags.size < mostCandidates) for (const tag of query.tags) tags.add(tag)
  }

  #unknownSelector(selector: string): Fault {
    const isTag = selector.startsWith(tagPrefix)
    const word = isTag ? selector.slice(tagPrefix.length) : selector
    const candidates = isTag ? this.#candidates.tags : this.#candidates.names
    const message = `No query of the batch has the ${isTag ? 'tag' : 'name'} ${shownText(word)}.${didYouMean(word, candidates)}`
    return { code: 'QP_SELECT_UNKNOWN', message, place: { file: this.#file } }
  }
}

/**
 * The batch with only the queries that a selector chooses; all of them when there is no selector.
 * @throws InvalidDefinition with every selector that chooses nothing.
 */
export function selectQueries(batch: Batch, selectors: readonly string[]): Batch {
  const selection = new Selection(batch.file, selectors)
  const queries = selection.choose(batch.queries)
  selection.refuseUnmatched()
  return { ...batch, queries }
}

function isSelected(query: Query, selector: string): boolean {
  return selector.startsWith(tagPrefix)
    ? query.tags.includes(selector.slice(tagPrefix.length))
    : query.name === selector || query.matrix === selector
}
