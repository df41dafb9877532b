import { type AttemptId, attemptKey } from './attempt-key.ts'
import type { ResultStore } from './result-store.ts'

/**
 * Removes what the worker of an attempt has begun to put and has not finished, because it was killed. To be done when the
 * attempt is settled: whoever still writes there is told by an error, and nobody will read it. Never throws: what a store
 * refuses to remove now, the daily cleaning of the store takes later.
 */
export function removeParts(store: ResultStore, id: AttemptId): Promise<void> {
  return removeBelow(store, attemptKey(id))
}

/** The same for all attempts of a generation that was ended or superseded, not all of which are settled one by one. */
export function removePartsOfGeneration(
  store: ResultStore,
  { run, generation }: Pick<AttemptId, 'run' | 'generation'>,
): Promise<void> {
  return removeBelow(store, `${run}/${generation}`)
}

async function removeBelow(store: ResultStore, folder: string): Promise<void> {
  try {
    for await (const _ of store.removeUnfinished(folder, null));
  } catch {}
}
