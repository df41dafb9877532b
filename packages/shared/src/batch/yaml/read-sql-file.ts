import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { ErrorCode } from '../../errors/index.ts'
import { readBounded, whyUnreadable } from '../../yaml/read-bounded.ts'
import { decodeSource } from '../decode-source.ts'
import type { FaultList } from '../fault-list.ts'
import type { SourceText } from '../source-text.ts'

const maxFileMiB = 32
/** The most that all SQL files of a batch may have together, in bytes. */
const maxTotalBytes = 128 * 1024 * 1024

/** Why a SQL file cannot be had. */
export interface SqlFileRefusal {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy?: string
}

/** Reads the SQL files that a batch file names: each once, and none outside of the folder of the batch file. */
export class SqlFiles {
  readonly #batchFile: string
  readonly #faults: FaultList
  readonly #read = new Map<string, SourceText | SqlFileRefusal | null>()
  #bytesLeft = maxTotalBytes

  /** @param batchFile its path */
  constructor(batchFile: string, faults: FaultList) {
    this.#batchFile = batchFile
    this.#faults = faults
  }

  /** The text of a file, or why there is none; null: what is wrong with it is on the list. */
  async read(written: string): Promise<SourceText | SqlFileRefusal | null> {
    const known = this.#read.get(written)
    if (known !== undefined) return known
    const text = await this.#readNew(written)
    this.#read.set(written, text)
    return text
  }

  async #readNew(written: string): Promise<SourceText | SqlFileRefusal | null> {
    const outside = {
      code: 'QP_SQL_FILE',
      message: `It is not in the folder of the batch file or below it.`,
      remedy: 'Move the SQL file there, and name it by its path from there, such as `sql/sales.sql`.',
    } as const
    const folder = dirname(resolve(this.#batchFile))
    const path = join(folder, written)
    if (written.includes('\0') || isAbsolute(written) || isOutside(folder, path)) return outside
    try {
      // A symbolic link may lead out of the folder.
      if (isOutside(await realpath(folder), await realpath(path))) return outside
      const status = await stat(path)
      if (!status.isFile()) return { code: 'QP_SQL_FILE', message: 'It is not a file.' }
      const bytes = await readBounded(path, Math.min(maxFileMiB * 1024 * 1024, this.#bytesLeft))
      if (bytes === null) return tooLarge
      this.#bytesLeft -= bytes.length
      return decodeSource(bytes, join(dirname(this.#batchFile), written), this.#faults)
    } catch (thrown) {
      return { code: 'QP_SQL_FILE', message: `The file cannot be read: ${whyUnreadable(thrown)}.` }
    }
  }
}

const tooLarge: SqlFileRefusal = {
  code: 'QP_QUERY_TOO_LARGE',
  message: `A file of SQL may have ${maxFileMiB} MiB, and all of a batch ${maxTotalBytes / 1024 / 1024} MiB; that is more.`,
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}
