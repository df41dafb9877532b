import { type AttemptId, attemptKey } from './attempt-key.ts'
import type { ResultStore } from './result-store.ts'

/**
 * Removes what the worker of an attempt has begun to put and has not finished, because it was killed. To be done when the
 * attempt is settled: whoever still writes there is told by an error, and nobody will read it. Never throws: what a store
 * refuses to remove now, the daily cleaning of the store takes later.
 */
export async function removeParts(store: ResultStore, id: AttemptId): Promise<void> {
  try {
    for await (const _ of store.removeUnfinished(attemptKey(id), null));
  } catch {}
}

/** The same for all attempts of a generation that was superseded, which nobody settles one by one. */
export async function removePartsOfGeneration(
  store: ResultStore,
  { run, generation }: Pick<AttemptId, 'run' | 'generation'>,
): Promise<void> {
  for await (const _ of store.removeUnfinished(`${run}/${generation}`, null));
}
