import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises'
import { isFault } from './is-fault.ts'

const longestLogBytes = 5_000_000
const tailLines = 15

/** Opens a log to append to it; a long one of earlier starts is put aside as `….1`. */
export async function openLog(path: string): Promise<FileHandle> {
  if ((await sizeOf(path)) > longestLogBytes) await rename(path, `${path}.1`)
  return await open(path, 'a', 0o600)
}

/** The size of a file in bytes, 0 if there is none. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (fault) {
    if (isFault(fault, 'ENOENT')) return 0
    throw fault
  }
}

/** The last lines of what a log got since it had that many bytes, each indented, for an error message. */
export async function tailOf(path: string, fromByte = 0): Promise<string> {
  const text = (await readFile(path)).subarray(fromByte).toString('utf8')
  const lines = text.trimEnd().split('\n').slice(-tailLines)
  return lines.map((line) => `    ${line}`).join('\n')
}
