import { beginInSnapshot, type HeldSnapshot } from '@querypool/shared/database'
import type { Session } from './session.ts'

/** Why an attempt cannot begin: nobody holds its snapshot now, or its session is on another server than the snapshot. */
export type SnapshotRefusal = 'unheld' | 'elsewhere'

/**
 * Begins the transaction of an attempt in the shared snapshot of its generation. Nothing else may be done in it before, so
 * without the snapshot none is begun.
 * @param held by which names the snapshot can be imported; null: nobody knows
 */
export async function enterSnapshot(
  { client }: Session,
  held: HeldSnapshot | null,
): Promise<SnapshotRefusal | 'entered'> {
  const begun = held === null ? 'gone' : await beginInSnapshot(client, held)
  if (begun === 'begun') return 'entered'
  return begun === 'gone' ? 'unheld' : begun
}
