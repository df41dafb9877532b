import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BoundQuery } from '@querypool/shared/batch'

// A chunk of so many queries, or of SQL of so many characters, is written and read at once.
const queriesPerChunk = 1000
const charactersPerChunk = 4 * 1024 * 1024
const mostInMemory = 10_000
const mostCharactersInMemory = 16 * 1024 * 1024

interface Chunk {
  readonly at: number
  readonly bytes: number
}

/**
 * Keeps queries that were checked until all of them were, however many: from ten thousand on in a file of the system's
 * temporary folder (TMPDIR) that has no name any more, so that it goes with this process, however that ends.
 */
export class QuerySpool implements AsyncIterable<BoundQuery> {
  #inMemory: BoundQuery[] = []
  #charactersInMemory = 0
  #file: FileHandle | null = null
  readonly #chunks: Chunk[] = []
  #end = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  async append(queries: readonly BoundQuery[]): Promise<void> {
    for (const query of queries) {
      this.#inMemory.push(query)
      this.#charactersInMemory += query.sql.length
      this.#count++
      if (this.#isFull()) await this.#write()
    }
  }

  /** The queries in the order in which they came; can be read again. */
  async *[Symbol.asyncIterator](): AsyncGenerator<BoundQuery> {
    for (const { at, bytes } of this.#chunks) {
      const buffer = Buffer.allocUnsafe(bytes)
      for (let read = 0; read < bytes; ) {
        const { bytesRead } = await (this.#file as FileHandle).read(buffer, read, bytes - read, at + read)
        if (bytesRead === 0) throw new Error('The temporary file of queries is shorter than what was written to it.')
        read += bytesRead
      }
      yield* JSON.parse(buffer.toString()) as BoundQuery[]
    }
    yield* this.#inMemory
  }

  async close(): Promise<void> {
    this.#inMemory = []
    await this.#file?.close()
  }

  #isFull(): boolean {
    const [most, mostCharacters] =
      this.#file === null ? [mostInMemory, mostCharactersInMemory] : [queriesPerChunk, charactersPerChunk]
    return this.#inMemory.length > most || this.#charactersInMemory > mostCharacters
  }

  async #write(): Promise<void> {
    this.#file ??= await openUnnamed()
    for (let from = 0; from < this.#inMemory.length; from += queriesPerChunk) {
      const bytes = Buffer.from(JSON.stringify(this.#inMemory.slice(from, from + queriesPerChunk)))
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#end + written)
        written += bytesWritten
      }
      this.#chunks.push({ at: this.#end, bytes: bytes.length })
      this.#end += bytes.length
    }
    this.#inMemory = []
    this.#charactersInMemory = 0
  }
}

async function openUnnamed(): Promise<FileHandle> {
  const path = join(tmpdir(), `querypool-queries-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await rm(path)
  return file
}
