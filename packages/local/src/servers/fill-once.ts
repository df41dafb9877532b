import { access, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isFault } from './is-fault.ts'
import { isRunning } from './running-process.ts'

/**
 * Makes a folder unless it is there. It is filled under another name and appears complete; of several processes that
 * fill it at once the first one wins, and the others throw their work away.
 */
export async function fillOnce(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return
  const draft = `${folder}.draft-${process.pid}`
  await removeAbandonedDrafts(folder)
  await mkdir(draft, { recursive: true, mode: 0o755 })
  try {
    await fill(draft)
    await rename(draft, folder)
  } catch (fault) {
    if (!isFault(fault, 'ENOTEMPTY', 'EEXIST')) throw fault
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Removes what processes left that were killed while they filled the folder. */
async function removeAbandonedDrafts(folder: string): Promise<void> {
  const parent = dirname(folder)
  for (const name of await readdir(parent)) {
    const [, owner] = name.startsWith(basename(folder)) ? (/\.draft-(\d+)/.exec(name) ?? []) : []
    const isAbandoned =
      owner !== undefined && (Number(owner) === process.pid || !(await isRunning(Number(owner), 'node')))
    if (isAbandoned) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
