import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { InvalidDefinition } from '../errors/index.ts'
import type { Batch } from './batch.ts'
import { parseBatch } from './parse-batch.ts'

const maxFileMiB = 32

/** The largest batch file that is read. */
export const maxFileBytes = maxFileMiB * 1024 * 1024

/**
 * Reads and checks a batch file.
 * @throws InvalidDefinition with everything that is wrong with it.
 */
export async function readBatchFile(path: string): Promise<Batch> {
  if (/^\.ya?ml$/i.test(extname(path))) {
    throw fileFault('QP_FILE_KIND', path, 'Batch files in YAML are not supported yet.')
  }
  return parseBatch(await readSource(path), path)
}

async function readSource(path: string): Promise<Uint8Array> {
  try {
    return await readUpToLimit(path)
  } catch (thrown) {
    throw thrown instanceof InvalidDefinition ? thrown : unreadable(path, thrown)
  }
}

/** Reads piece by piece: of a pipe the size isn't known, and that of a file may change. */
async function readUpToLimit(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size > maxFileBytes) throw tooLarge(path, `has ${Math.ceil(size / 1024 / 1024)} MiB`)
    const chunks: Uint8Array[] = []
    for (let readBytes = 0; readBytes <= maxFileBytes; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(1024 * 1024))
      if (bytesRead === 0) return Buffer.concat(chunks)
      chunks.push(buffer.subarray(0, bytesRead))
      readBytes += bytesRead
    }
    throw tooLarge(path, 'is larger')
  } finally {
    await file.close()
  }
}

function tooLarge(path: string, size: string): InvalidDefinition {
  return fileFault('QP_FILE_TOO_LARGE', path, `A batch file may have ${maxFileMiB} MiB; this one ${size}.`)
}

function unreadable(path: string, thrown: unknown): InvalidDefinition {
  const systemCode = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  if (systemCode === 'ENOENT' || systemCode === 'ENOTDIR') {
    return fileFault('QP_FILE_NOT_FOUND', path, 'There is no such file.')
  }
  if (systemCode === 'EISDIR') return fileFault('QP_FILE_IS_FOLDER', path, 'This is a folder, not a batch file.')
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return fileFault('QP_FILE_UNREADABLE', path, `The file cannot be read: ${why}.`)
}

type FileFaultCode =
  | 'QP_FILE_KIND'
  | 'QP_FILE_NOT_FOUND'
  | 'QP_FILE_IS_FOLDER'
  | 'QP_FILE_UNREADABLE'
  | 'QP_FILE_TOO_LARGE'

function fileFault(code: FileFaultCode, file: string, message: string): InvalidDefinition {
  return new InvalidDefinition([{ code, message, place: { file } }])
}
