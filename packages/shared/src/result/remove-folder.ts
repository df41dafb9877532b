import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { partMark } from './folder-upload.ts'

const removedPrefix = '.removed-'
const removedName = /^\.removed-(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The names in a folder, also of those whose removal was not completed; none when it isn't there. */
export async function* listFolder(folder: string): AsyncGenerator<string> {
  const entries = await opendir(folder).catch(nullWhenMissing)
  if (entries !== null) for await (const { name } of entries) yield removedName.exec(name)?.[1] ?? name
}

/**
 * Removes a folder: out of sight in one step, then piece by piece. Can be given up between any two pieces and begun again.
 */
export async function* removeFolder(folder: string): AsyncGenerator<void> {
  const above = dirname(folder)
  const name = basename(folder)
  // A name of its own each time, for a worker that was cut off may make the folder once more.
  await rename(folder, join(above, `${removedPrefix}${name}-${randomUUID()}`)).catch(nullWhenMissing)
  for (const entry of await entriesOf(above))
    if (removedName.exec(entry.name)?.[1] === name) yield* empty(join(above, entry.name))
}

/** Removes files in a folder that nobody has finished to put; with a time, those that were not written to since then. */
export async function* removeOldParts(folder: string, since: Date | null): AsyncGenerator<void> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* removeOldParts(path, since)
    else if (entry.name.includes(partMark)) {
      const isOld = since === null || (await stat(path).then(({ mtime }) => mtime < since, nullWhenMissing))
      if (isOld) await rm(path, { force: true })
    }
  }
  yield
}

/** Two levels down, for of a run there may be a million `<generation>/<job>`. */
async function* empty(folder: string): AsyncGenerator<void> {
  for (const generation of await entriesOf(folder)) {
    const path = join(folder, generation.name)
    if (!generation.isDirectory()) continue
    for (const job of await entriesOf(path)) {
      await rm(join(path, job.name), { recursive: true, force: true })
      yield
    }
  }
  await rm(folder, { recursive: true, force: true })
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return (await readdir(folder, { withFileTypes: true }).catch(nullWhenMissing)) ?? []
}

function nullWhenMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
