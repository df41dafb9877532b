import { InvalidDefinition, type Place } from '../errors/index.ts'
import type { Batch } from './batch.ts'

type Queries = Pick<Batch, 'file' | 'queries'>

/** The queries of a batch that cannot run in a shared snapshot, as faults: the result of a run before is not of it. */
export function cachedInSnapshot({
  file,
  queries,
}: Queries): { code: 'QP_SNAPSHOT_CACHE'; place: Place; message: string }[] {
  return queries
    .filter(({ cacheMs }) => cacheMs !== null)
    .map(({ name, line, column }) => ({
      code: 'QP_SNAPSHOT_CACHE',
      place: { file, line, column },
      message: `\`${name}\` may take the result of a run before, so the batch cannot have a shared snapshot.`,
    }))
}

/** @throws InvalidDefinition with each query that has `cache` */
export function refuseCacheInSnapshot(batch: Queries): void {
  const [first, ...rest] = cachedInSnapshot(batch)
  if (first !== undefined) throw new InvalidDefinition([first, ...rest])
}
