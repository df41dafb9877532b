import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { InvalidDefinition } from '../errors/index.ts'
import { readBounded } from '../yaml/read-bounded.ts'
import type { Batch } from './batch.ts'
import { type BatchTitle, parseBatchParts, wholeBatch } from './parse-batch.ts'
import { parseYamlBatch } from './yaml/parse-yaml-batch.ts'

const blockBytes = 64 * 1024
const maxYamlBytes = 2 * 1024 * 1024

/**
 * Reads and checks a batch file, part by part, as parseBatchParts does.
 * @param name of the batch; made of the file's when absent
 * @throws InvalidDefinition with everything that is wrong with it.
 */
export function readBatchParts(path: string, name?: string): AsyncGenerator<Batch> {
  const title = { file: path, ...(name === undefined ? {} : { name }) }
  return /^\.ya?ml$/i.test(extname(path)) ? readYamlFile(title) : parseBatchParts(readBlocks(path), title)
}

/** The whole batch as one part: a file in YAML is bounded. */
async function* readYamlFile(title: BatchTitle): AsyncGenerator<Batch> {
  const bytes = await readBounded(title.file, maxYamlBytes).catch((thrown) => {
    throw unreadable(title.file, thrown)
  })
  if (bytes === null) {
    const message = `A batch file in YAML may have ${maxYamlBytes / 1024 / 1024} MiB; this one is larger.`
    throw fileFault('QP_BATCH_TOO_LARGE', title.file, message)
  }
  yield await parseYamlBatch(bytes, title)
}

/**
 * Reads and checks a batch file, with all of its queries in memory.
 * @throws InvalidDefinition with everything that is wrong with it.
 */
export async function readBatchFile(path: string): Promise<Batch> {
  return wholeBatch(readBatchParts(path))
}

/** Reads piece by piece: of a pipe the size isn't known, and that of a file may be any. */
async function* readBlocks(path: string): AsyncGenerator<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(blockBytes))
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw thrown instanceof InvalidDefinition ? thrown : unreadable(path, thrown)
  }
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

type FileFaultCode = 'QP_BATCH_TOO_LARGE' | 'QP_FILE_NOT_FOUND' | 'QP_FILE_IS_FOLDER' | 'QP_FILE_UNREADABLE'

function fileFault(code: FileFaultCode, file: string, message: string): InvalidDefinition {
  return new InvalidDefinition([{ code, message, place: { file } }])
}
