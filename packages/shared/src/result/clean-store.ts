import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { mkdir, opendir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResultStore } from './folder-store.ts'

const runFolder = /^r[0-9a-hjkmnp-tv-z]{12}$/
const removedPrefix = '.removed-'
const installationsFolder = '.installations'

/** Says in the store that an installation puts results there. */
export async function noteInstallation(store: ResultStore, installation: string): Promise<void> {
  const folder = store.pathOf(installationsFolder)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, installation), '')
}

/** Whether no other installation puts results into the store, as far as it says. */
export async function isStoreOf(store: ResultStore, installation: string): Promise<boolean> {
  const noted = await readdir(store.pathOf(installationsFolder)).catch(emptyWhenMissing)
  return noted.length === 1 && noted[0] === installation
}

/**
 * Removes the folder of a run: out of sight in one step, then piece by piece. Can be given up between any two pieces and
 * begun again.
 */
export async function* removeRunFolder(store: ResultStore, run: string): AsyncGenerator<void> {
  // A name of its own each time, for a worker that was cut off may make the folder once more.
  const name = `${removedPrefix}${run}-${randomUUID()}`
  await rename(store.pathOf(run), store.pathOf(name)).catch(ignoreMissing)
  for (const entry of await readdir(store.folder)) {
    if (entry.startsWith(`${removedPrefix}${run}-`)) yield* empty(store.pathOf(entry))
  }
}

/** The ids of the runs that have a folder in the store, and of those whose removal was not completed. */
export async function* listRunFolders(store: ResultStore): AsyncGenerator<string> {
  for await (const { name } of await opendir(store.folder)) {
    const run = name.startsWith(removedPrefix) ? name.slice(removedPrefix.length).split('-')[0] : name
    if (run !== undefined && runFolder.test(run)) yield run
  }
}

/** When the folder of a run was last changed; null: it is not there. */
export async function readFolderTime(store: ResultStore, run: string): Promise<Date | null> {
  return stat(store.pathOf(run)).then(({ mtime }) => mtime, nullWhenMissing)
}

/** Removes files of a run that nobody has finished to put, and that were not written to since then. */
export async function* removeOldParts(store: ResultStore, run: string, since: Date): AsyncGenerator<void> {
  yield* removePartsIn(store.pathOf(run), since)
}

async function* removePartsIn(folder: string, since: Date): AsyncGenerator<void> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* removePartsIn(path, since)
    else if (entry.name.includes('.part-')) {
      const isOld = await stat(path).then(({ mtime }) => mtime < since, nullWhenMissing)
      if (isOld) await rm(path, { force: true })
    }
  }
  yield
}

/** `<generation>/<job>` by `<generation>/<job>`, for there may be a million of them. */
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
  return readdir(folder, { withFileTypes: true }).catch(emptyWhenMissing)
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}

function nullWhenMissing(error: unknown): null {
  ignoreMissing(error)
  return null
}

function emptyWhenMissing(error: unknown): [] {
  ignoreMissing(error)
  return []
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
