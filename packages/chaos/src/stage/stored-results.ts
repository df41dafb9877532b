import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from './stage.ts'

/** The result of a query that has succeeded, in one of the generations of its run, as the journal has it. */
export interface StoredResult {
  /** The key of the run. */
  readonly key: string
  readonly name: string
  readonly generation: number
  readonly artifact: string
  readonly offset: number
  readonly bytes: number
  readonly rows: number
  readonly sha256: string
}

/** The results of runs, by their keys: of all generations, and none twice. */
export async function readStoredResults({ journal }: Stage, keys: readonly string[]): Promise<StoredResult[]> {
  const { rows } = await journal.query<StoredResult>(
    `SELECT r.key, q.name, x.generation, x.artifact, x."offset"::float8 AS "offset", x.bytes::float8 AS bytes,
       x.rows::float8 AS rows, x.sha256
     FROM querypool.result x JOIN querypool.run r ON r.id = x.run
     JOIN querypool.query q ON q.run = x.run AND q.position = x.position
     WHERE r.key = ANY ($1) AND x.state = 'succeeded' AND x.carried_from IS NULL ORDER BY x.run, x.generation, x.position`,
    [keys],
  )
  return rows
}

/** The rows of a result as they lie in the store: CSV. @throws Error when the file has less than it must, or is not there */
export async function readContent({ storeFolder }: Stage, { artifact, offset, bytes }: StoredResult): Promise<Buffer> {
  const file = await open(join(storeFolder, artifact))
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset)
    if (bytesRead !== bytes) throw new Error(`${bytesRead} bytes instead of ${bytes}`)
    return buffer
  } finally {
    await file.close()
  }
}
