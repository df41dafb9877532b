import { type AttemptId, manifestKey } from './attempt-key.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { ResultStore } from './result-store.ts'

/** Whether a manifest says no more than that its attempt was closed. */
export function isClosed({ outcomes }: Manifest): boolean {
  return outcomes.length === 0
}

/**
 * Closes an attempt of which nothing was heard: puts a manifest without outcomes for it, unless there is one. From then on
 * no worker can begin it, for whoever has its fence looks for a manifest first, nor publish what it came to.
 *
 * One that took the fence before that may not have seen it: so look for its backend once more afterwards.
 * @returns the manifest that counts: the one that was there, or the empty one
 */
export async function closeAttempt(store: ResultStore, id: AttemptId): Promise<Manifest> {
  const { run, generation, job, attempt } = id
  const closed: Manifest = { version: 1, run, generation, job, attempt, worker: '', outcomes: [] }
  if (await store.putTextOnce(manifestKey(id), `${JSON.stringify(closed)}\n`)) return closed
  return parseManifest((await store.getText(manifestKey(id))) ?? JSON.stringify(closed))
}
