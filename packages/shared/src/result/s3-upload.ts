import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Upload } from './result-store.ts'
import { s3Failure } from './s3-failure.ts'

const firstPartBytes = 8 * 1024 * 1024
const partsOfASize = 2500
const partsAtOnce = 2

/**
 * How large a part is: 8 MiB, doubled after each 2,500 of them. S3 takes 10,000, so an object may have 290 GiB, while up to
 * 20 GiB no more than three parts of 8 MiB are in memory.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
function bytesOfPart(number: number): number {
  return firstPartBytes * 2 ** Math.floor((number - 1) / partsOfASize)
}

/**
 * An object that is being put: in parts while it grows, or in one piece when it has stayed smaller than a part. While as many
 * parts are on their way as may be, `write` waits.
 */
export class S3Upload implements Upload {
  readonly #client: S3Client
  readonly #object: { readonly Bucket: string; readonly Key: string }
  readonly #where: string
  readonly #parts: CompletedPart[] = []
  readonly #underWay = new Set<Promise<void>>()
  readonly #free: Buffer[] = []
  #uploadId: string | null = null
  #failure: unknown = null
  #filling: Buffer | null = null
  #used = 0

  /** @param where the object is, for messages */
  constructor(client: S3Client, object: { readonly Bucket: string; readonly Key: string }, where: string) {
    this.#client = client
    this.#object = object
    this.#where = where
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    for (let at = 0; at < bytes.length; ) {
      this.#filling ??= this.#buffer()
      const taken = Math.min(bytes.length - at, this.#filling.length - this.#used)
      this.#filling.set(bytes.subarray(at, at + taken), this.#used)
      this.#used += taken
      at += taken
      if (this.#used === this.#filling.length) await this.#sendPart()
    }
  }

  async publish(): Promise<void> {
    if (this.#uploadId === null) return this.#putWhole()
    if (this.#used > 0) await this.#sendPart()
    await Promise.all(this.#underWay)
    this.#throwFailure()
    const completed = { ...this.#object, UploadId: this.#uploadId, MultipartUpload: { Parts: this.#parts } }
    await this.#client.send(new CompleteMultipartUploadCommand(completed)).catch((error: unknown) => this.#fail(error))
    this.#uploadId = null
  }

  async discard(): Promise<void> {
    await Promise.all(this.#underWay)
    if (this.#uploadId === null) return
    const aborted = { ...this.#object, UploadId: this.#uploadId }
    await this.#client.send(new AbortMultipartUploadCommand(aborted)).catch(() => {})
    this.#uploadId = null
  }

  async #putWhole(): Promise<void> {
    const Body = this.#filling?.subarray(0, this.#used) ?? Buffer.alloc(0)
    await this.#client
      .send(new PutObjectCommand({ ...this.#object, Body }))
      .catch((error: unknown) => this.#fail(error))
  }

  /** Sends what has come together as a part, once there is room for it. Returns when it is on its way. */
  async #sendPart(): Promise<void> {
    while (this.#underWay.size >= partsAtOnce) await Promise.race(this.#underWay)
    this.#throwFailure()
    const full = this.#filling ?? Buffer.alloc(0)
    const Body = full.subarray(0, this.#used)
    this.#filling = null
    this.#used = 0
    this.#uploadId ??= await this.#begin()
    const UploadId = this.#uploadId
    const PartNumber = this.#parts.length + 1
    const part: CompletedPart = { PartNumber }
    this.#parts.push(part)
    const sent = this.#client
      .send(new UploadPartCommand({ ...this.#object, UploadId, PartNumber, Body }))
      .then(
        ({ ETag, ChecksumCRC32 }) => {
          Object.assign(part, { ETag, ChecksumCRC32 })
          this.#free.push(full)
        },
        (error: unknown) => {
          this.#failure ??= error
        },
      )
      .finally(() => this.#underWay.delete(sent))
    this.#underWay.add(sent)
  }

  async #begin(): Promise<string> {
    const { UploadId } = await this.#client
      .send(new CreateMultipartUploadCommand(this.#object))
      .catch((error: unknown) => this.#fail(error))
    return UploadId ?? this.#fail(new Error('began an upload without an id'))
  }

  /** One for the next part; those of parts that have been sent are used again. */
  #buffer(): Buffer {
    const bytes = bytesOfPart(this.#parts.length + 1)
    const free = this.#free.pop()
    return free?.length === bytes ? free : Buffer.allocUnsafeSlow(bytes)
  }

  #throwFailure(): void {
    if (this.#failure !== null) this.#fail(this.#failure)
  }

  #fail(error: unknown): never {
    throw s3Failure(error, this.#where)
  }
}
