import { createHash } from 'node:crypto'
import { QueryPoolError } from '@querypool/shared/errors'
import { type AttemptId, type Manifest, manifestKey, type ResultStore, type Upload } from '@querypool/shared/result'

/** The rows of one query, as they were written. */
export interface WrittenPart {
  readonly offset: number
  readonly bytes: number
  readonly sha256: string
}

/** The rows of one query while they are being written. */
export interface PartWriter {
  /** Adds to them; see `flush`. @throws ResultTooLarge */
  add(chunk: Uint8Array): void
  end(): WrittenPart
}

/** Writes the artifact of an attempt: the rows of its queries one after the other, then the manifest that vouches for them. */
export class ArtifactWriter {
  readonly #store: ResultStore
  readonly #id: AttemptId
  /** The key of the rows. */
  readonly rowsKey: string
  #upload: Upload | null = null
  #offset = 0
  #pending: Uint8Array[] = []

  constructor(store: ResultStore, id: AttemptId, rowsKey: string) {
    this.rowsKey = rowsKey
    this.#store = store
    this.#id = id
  }

  /**
   * Writes one query's rows as fast as the store takes them.
   * @throws StoreWriteError when the store fails; what the source throws
   */
  async writePart(source: AsyncIterable<Uint8Array>): Promise<WrittenPart> {
    await this.#open()
    const part = this.beginPart()
    for await (const chunk of source) {
      part.add(chunk)
      await this.flush()
    }
    return part.end()
  }

  /** Begins the rows of one query, behind those of the others. */
  beginPart(): PartWriter {
    const start = this.#offset
    const hash = createHash('sha256')
    return {
      add: (chunk) => {
        hash.update(chunk)
        this.#pending.push(chunk)
        this.#offset += chunk.byteLength
      },
      end: () => ({ offset: start, bytes: this.#offset - start, sha256: hash.digest('hex') }),
    }
  }

  /** Passes on to the store what was added; waits while that takes no more. @throws StoreWriteError */
  async flush(): Promise<void> {
    const [first, ...more] = this.#pending
    if (first === undefined) return
    this.#pending = []
    const upload = await this.#open()
    await upload.write(more.length === 0 ? first : Buffer.concat([first, ...more])).catch(storeFailed)
  }

  /** Makes the rows durable. Nobody knows of them before a manifest names them. @throws StoreWriteError */
  async publishRows(): Promise<void> {
    await this.flush()
    await this.#upload?.publish().catch(storeFailed)
    this.#upload = null
  }

  /**
   * Makes rows and manifest durable; from here on the attempt's outcome stands. Rows that no query has succeeded with are
   * forgotten.
   * @returns false when the attempt was closed without it: then nothing was published
   * @throws StoreWriteError
   */
  async publish(manifest: Manifest): Promise<boolean> {
    const key = manifestKey(this.#id)
    if (await this.#store.has(key).catch(storeFailed)) return false
    if (manifest.outcomes.some(({ state }) => state === 'succeeded')) await this.publishRows()
    else await this.discard()
    return await this.#store.putTextOnce(key, `${JSON.stringify(manifest)}\n`).catch(storeFailed)
  }

  /** Forgets what was not published. */
  async discard(): Promise<void> {
    await this.#upload?.discard()
    this.#upload = null
  }

  async #open(): Promise<Upload> {
    this.#upload ??= await this.#store.upload(this.rowsKey).catch(storeFailed)
    return this.#upload
  }
}

/** The store failed, not the query. */
export class StoreWriteError extends Error {
  /** What the store says itself, or QP_STORE_WRITE. */
  readonly code: string

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.code = cause instanceof QueryPoolError ? cause.code : 'QP_STORE_WRITE'
  }
}

/** For the `catch` of what is asked of the store. @throws StoreWriteError */
export function storeFailed(cause: unknown): never {
  throw new StoreWriteError(cause)
}
