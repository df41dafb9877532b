import { type AttemptId, manifestKey } from './attempt-key.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { ResultStore } from './result-store.ts'

/** The manifest of an attempt; null: there is none yet. One without outcomes has been closed by an overseer. */
export async function readManifest(store: ResultStore, id: AttemptId): Promise<Manifest | null> {
  const text = await store.getText(manifestKey(id))
  return text === null ? null : parseManifest(text)
}
