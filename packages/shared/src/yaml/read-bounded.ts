import { open } from 'node:fs/promises'

/** The bytes of a file, or null if it has more than `maxBytes`: no more than that is ever read, of a device or pipe either. */
export async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | null> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(maxBytes + 1)
    let length = 0
    while (length <= maxBytes) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) return buffer.subarray(0, length)
      length += bytesRead
    }
    return null
  } finally {
    await file.close()
  }
}

/** Why a file could not be read, as the end of a sentence; without the path. */
export function whyUnreadable(thrown: unknown): string {
  const systemCode = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  if (systemCode === 'ENOENT' || systemCode === 'ENOTDIR') return 'there is no such file'
  if (systemCode === 'EISDIR') return 'it is a folder'
  if (systemCode === 'EACCES' || systemCode === 'EPERM') return 'this user may not read it'
  return typeof systemCode === 'string' ? `the system says ${systemCode}` : 'the system does not let it be read'
}
