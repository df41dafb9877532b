import { InvalidDefinition, type Place } from '../errors/index.ts'
import type { Batch } from './batch.ts'

type Queries = Pick<Batch, 'file' | 'queries'>

/** The queries of a batch that cannot run in a shared snapshot, as faults: it is read only, and a write is not in it. */
export function writesInSnapshot({
  file,
  queries,
}: Queries): { code: 'QP_SNAPSHOT_WRITES'; place: Place; message: string }[] {
  return queries
    .filter(({ effect }) => effect === 'write')
    .map(({ name, line, column }) => ({
      code: 'QP_SNAPSHOT_WRITES',
      place: { file, line, column },
      message: `\`${name}\` writes, so the batch cannot have a shared snapshot.`,
    }))
}

/** @throws InvalidDefinition with each query that writes */
export function refuseWritesInSnapshot(batch: Queries): void {
  const [first, ...rest] = writesInSnapshot(batch)
  if (first !== undefined) throw new InvalidDefinition([first, ...rest])
}
