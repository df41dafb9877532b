import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type RunView, readQueryPages } from '@querypool/shared/journal'
import { readArtifact } from '@querypool/shared/result'
import type { Services } from '../../environment/index.ts'

/**
 * Copies the rows of every query that succeeded to `<name>.csv` in a folder, which is made when it isn't there. Each file
 * appears whole or not at all.
 * @returns how many there were
 * @throws QP_RESULT_DAMAGED
 */
export async function copyResults(
  { journal, store }: Pick<Services, 'journal' | 'store'>,
  run: RunView,
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true })
  let copied = 0
  for await (const page of readQueryPages(journal, run))
    for (const query of page.filter(({ state }) => state === 'succeeded')) {
      await putFile(join(folder, `${query.name}.csv`), readArtifact(store, query))
      copied++
    }
  return copied
}

/** Writes a file in one step: what stands under the path is the old content or the whole new one. */
export async function putFile(path: string, content: AsyncIterable<string | Uint8Array>): Promise<void> {
  const partPath = `${path}.part-${randomUUID()}`
  try {
    await pipeline(content, createWriteStream(partPath, { flags: 'wx' }))
    await rename(partPath, path)
  } catch (error) {
    await rm(partPath, { force: true })
    throw error
  }
}
