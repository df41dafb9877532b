import {
  type Batch,
  Binding,
  type Query,
  refuseCacheInSnapshot,
  refuseWritesInSnapshot,
  Selection,
  type SnapshotMode,
} from '@querypool/shared/batch'
import { QueryPoolError } from '@querypool/shared/errors'
import { QuerySpool } from './query-spool.ts'

/** How the queries of a batch are chosen and made ready. */
export interface RunnableOptions {
  /** Values of parameters, by name. */
  readonly given: ReadonlyMap<string, string>
  readonly selectors: readonly string[]
  /** Instead of what the batch says; absent: as it says. */
  readonly snapshot?: SnapshotMode
  /** Whether queries with `cache` are to take results of runs before. */
  readonly takesCached: boolean
  readonly maxQueries: number
}

/** A batch that is wholly checked. */
export interface RunnableBatch {
  readonly batch: Omit<Batch, 'queries'>
  readonly queries: QuerySpool
  readonly snapshot: SnapshotMode
}

/**
 * Reads a batch to its end, so that everything is known that is wrong with it, and keeps its chosen queries with the values
 * of their parameters.
 * @throws InvalidDefinition, QP_TOO_MANY_QUERIES
 */
export async function readRunnable(
  parts: AsyncIterable<Batch>,
  { given, selectors, snapshot: wanted, takesCached, maxQueries }: RunnableOptions,
): Promise<RunnableBatch> {
  const queries = new QuerySpool()
  try {
    let first: { batch: Omit<Batch, 'queries'>; selection: Selection; binding: Binding } | null = null
    let writes: Batch | null = null
    let caches: Batch | null = null
    for await (const part of parts) {
      const { queries: ofPart, ...batch } = part
      first ??= { batch, selection: new Selection(batch.file, selectors), binding: new Binding(batch.file, given) }
      const chosen = first.selection.choose(ofPart)
      if (chosen.some(({ effect }) => effect === 'write')) writes ??= { ...part, queries: chosen }
      if (chosen.some(({ cacheMs }) => cacheMs !== null)) caches ??= { ...part, queries: chosen }
      const isShared = (wanted ?? batch.snapshot) === 'shared'
      await queries.append(first.binding.bind(isShared ? chosen.map(withoutCache) : chosen))
      if (queries.count > maxQueries) throw tooMany(batch.file, maxQueries)
    }
    const { batch, selection, binding } = first as NonNullable<typeof first>
    selection.refuseUnmatched()
    binding.refuseFaults()
    const snapshot = wanted ?? batch.snapshot ?? 'own'
    if (snapshot === 'shared' && writes !== null) refuseWritesInSnapshot(writes)
    if (snapshot === 'shared' && takesCached && caches !== null) refuseCacheInSnapshot(caches)
    return { batch, queries, snapshot }
  } catch (error) {
    await queries.close()
    throw error
  }
}

/** Nobody takes results of a shared snapshot either: they may be superseded. */
function withoutCache(query: Query): Query {
  return { ...query, cacheMs: null }
}

function tooMany(file: string, most: number): QueryPoolError {
  return new QueryPoolError('QP_TOO_MANY_QUERIES', `${file} has more than ${most} queries; a run may have ${most}.`)
}
