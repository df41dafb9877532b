import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'

/** What a worker that was killed has left of the rows that it was putting. */
export interface UnfinishedRows {
  expectGone(): Promise<void>
}

/** Leaves such rows in the first generation of a run, as of an attempt that nobody settles by itself. */
export async function leaveUnfinishedRows(resultsFolder: string, run: string): Promise<UnfinishedRows> {
  const folder = join(resultsFolder, run, '1', '99', '1')
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'rows.csv.part-killed')
  await writeFile(path, 'number\n')
  return {
    expectGone: () =>
      expect(access(path), 'what a killed worker was writing').rejects.toMatchObject({ code: 'ENOENT' }),
  }
}
