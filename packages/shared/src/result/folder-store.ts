import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { QueryPoolError } from '../errors/index.ts'
import { beginFile, type FileUpload } from './folder-upload.ts'
import { listFolder, removeFolder, removeOldParts } from './remove-folder.ts'
import { type ResultStore, storeIdKey } from './result-store.ts'

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
  const put = async <T>(key: string, text: string, publish: (part: FileUpload) => Promise<T>): Promise<T> => {
    const part = await beginFile(pathOf(key))
    try {
      await part.write(text)
      return await publish(part)
    } catch (error) {
      await part.discard()
      throw error
    }
  }
  return {
    id,
    location: folder,
    locate: pathOf,
    upload: (key) => beginFile(pathOf(key)),
    putText: (key, text) => put(key, text, (part) => part.publish()),
    putTextOnce: (key, text) => put(key, text, (part) => part.publishOnce()),
    getText: (key) => readFile(pathOf(key), 'utf8').catch(nullWhenMissing),
    has: (key) =>
      access(pathOf(key)).then(
        () => true,
        (error: unknown) => nullWhenMissing(error) !== null,
      ),
    read: (key, offset, bytes) =>
      bytes === 0 ? Readable.from([]) : createReadStream(pathOf(key), { start: offset, end: offset + bytes - 1 }),
    list: (below) => listFolder(pathOf(below)),
    changedAt: (below) => stat(pathOf(below)).then(({ mtime }) => mtime, nullWhenMissing),
    remove: (key) => rm(pathOf(key), { force: true }),
    removeFolder: (below) => removeFolder(pathOf(below)),
    removeUnfinished: (below, since) => removeOldParts(pathOf(below), since),
  }
}

async function readOrMakeId(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, storeIdKey)
  await writeFile(path, `${JSON.stringify({ id: randomUUID() })}\n`, { flag: 'wx' }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error
  })
  const { id } = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown }
  if (typeof id !== 'string') throw new Error(`${path} has no id`)
  return id
}

function nullWhenMissing(error: unknown): null {
  if (isCode(error, 'ENOENT')) return null
  throw error
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
