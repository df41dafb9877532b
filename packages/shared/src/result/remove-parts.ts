import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type AttemptId, attemptKey } from './attempt-key.ts'
import type { ResultStore } from './folder-store.ts'

/**
 * Removes what the worker of an attempt has begun to put and has not finished, because it was killed. To be done when the
 * attempt is settled: whoever still writes there is told by an error, and nobody will read it.
 */
export async function removeParts(store: ResultStore, id: AttemptId): Promise<void> {
  const folder = store.pathOf(attemptKey(id))
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (name.includes('.part-')) await rm(join(folder, name), { force: true })
}
