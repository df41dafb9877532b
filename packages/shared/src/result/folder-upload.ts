import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Upload } from './result-store.ts'

/** What the names of files that nobody has finished to put have in them. */
export const partMark = '.part-'

/** A file that is being put under another name beside its own. */
export interface FileUpload extends Upload {
  /** As `publish`, unless something is there under its name. @returns whether nothing was */
  publishOnce(): Promise<boolean>
}

/** Begins to put a file; its folder is made when it isn't there. */
export async function beginFile(path: string): Promise<FileUpload> {
  const partPath = `${path}${partMark}${randomUUID()}`
  await makeFolder(dirname(path))
  const file = await open(partPath, 'wx')
  const finish = async (): Promise<void> => {
    await file.sync()
    await file.close()
  }
  return {
    write: (chunk) => file.writeFile(chunk),
    publish: async () => {
      await finish()
      await rename(partPath, path)
      await syncFolder(dirname(path))
    },
    publishOnce: async () => {
      await finish()
      const isFirst = await linkOnce(partPath, path)
      await rm(partPath, { force: true })
      await syncFolder(dirname(path))
      return isFirst
    },
    discard: async () => {
      await file.close().catch(() => {})
      await rm(partPath, { force: true }).catch(() => {})
    },
  }
}

/** Gives a file a second name unless that is taken; where the file system has no such names, the file takes it over. */
async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].some((code) => isCode(error, code))) throw error
    await rename(from, to)
    return true
  }
}

/** Makes a folder and those above it that are missing, durably: each is synced into the one that holds it. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
