import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, type FileHandle, link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { QueryPoolError } from '../errors/index.ts'

/** A file that is being put: nobody sees it before `publish`. */
export interface Upload {
  /** Where the content is written. */
  readonly file: FileHandle
  /** Makes the content durable and visible under its key, in one step. */
  publish(): Promise<void>
  /** The same, unless something is there under that key. @returns whether nothing was */
  publishOnce(): Promise<boolean>
  /** Forgets the content. */
  discard(): Promise<void>
}

/** The result store in a folder: artifacts by key, put atomically. */
export interface ResultStore {
  /** Tells stores apart: the same for everyone who uses the same folder. */
  readonly id: string
  readonly folder: string
  /** The path of a key's file, whether it is there or not. */
  pathOf(key: string): string
  upload(key: string): Promise<Upload>
  /** Puts a whole text; durable and visible in one step. */
  putText(key: string, text: string): Promise<void>
  /** The same, unless something is there under that key. @returns whether nothing was */
  putTextOnce(key: string, text: string): Promise<boolean>
  /** The text of a key, or null when there is none. */
  getText(key: string): Promise<string | null>
  /** Whether there is a key. */
  has(key: string): Promise<boolean>
  /** Bytes of a key, from `offset`, `bytes` of them. */
  read(key: string, offset: number, bytes: number): Readable
}

/**
 * Opens the result store in a folder, which is made when it isn't there. Its id is in `store.json`.
 * @throws QP_STORE_UNUSABLE when the folder cannot be made, read or written
 */
export async function openFolderStore(folder: string): Promise<ResultStore> {
  const id = await readOrMakeId(folder).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new QueryPoolError('QP_STORE_UNUSABLE', `The result store ${folder} cannot be used: ${why}`, { cause })
  })
  const pathOf = (key: string): string => join(folder, key)
  const upload = async (key: string): Promise<Upload> => {
    const path = pathOf(key)
    const partPath = `${path}.part-${randomUUID()}`
    await makeFolder(dirname(path))
    const file = await open(partPath, 'wx')
    return {
      file,
      publish: async () => {
        await file.sync()
        await file.close()
        await rename(partPath, path)
        await syncFolder(dirname(path))
      },
      publishOnce: async () => {
        await file.sync()
        await file.close()
        const isFirst = await linkOnce(partPath, path)
        await rm(partPath, { force: true })
        await syncFolder(dirname(path))
        return isFirst
      },
      discard: async () => {
        await file.close().catch(() => {})
        await rm(partPath, { force: true })
      },
    }
  }
  const put = async <T>(key: string, text: string, publish: (part: Upload) => Promise<T>): Promise<T> => {
    const part = await upload(key)
    try {
      await part.file.writeFile(text)
      return await publish(part)
    } catch (error) {
      await part.discard()
      throw error
    }
  }
  return {
    id,
    folder,
    pathOf,
    upload,
    putText: (key, text) => put(key, text, (part) => part.publish()),
    putTextOnce: (key, text) => put(key, text, (part) => part.publishOnce()),
    getText: (key) => readFile(pathOf(key), 'utf8').catch(nullWhenMissing),
    has: (key) =>
      access(pathOf(key)).then(
        () => true,
        (error: unknown) => nullWhenMissing(error) !== null,
      ),
    read: (key, offset, bytes) =>
      createReadStream(pathOf(key), { start: offset, end: Math.max(offset, offset + bytes - 1) }),
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

async function readOrMakeId(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'store.json')
  await writeFile(path, `${JSON.stringify({ id: randomUUID() })}\n`, { flag: 'wx' }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error
  })
  const { id } = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown }
  if (typeof id !== 'string') throw new Error(`${path} has no id`)
  return id
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

function nullWhenMissing(error: unknown): null {
  if (isCode(error, 'ENOENT')) return null
  throw error
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
