import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import { s3Failure } from './s3-failure.ts'

/** A bucket, and how the store in it is called in messages. */
export interface S3Bucket {
  readonly client: S3Client
  readonly bucket: string
  readonly where: string
}

/** Removes all objects whose keys begin with a prefix, up to a thousand in a step, and all uploads to such keys. */
export async function* removeS3Folder(place: S3Bucket, prefix: string): AsyncGenerator<void> {
  const { client, bucket, where } = place
  for (;;) {
    const removed = await removeSome(client, bucket, prefix).catch((error: unknown) => {
      throw s3Failure(error, where)
    })
    if (removed === 0) break
    yield
  }
  yield* removeS3Uploads(place, prefix, null)
}

async function removeSome(client: S3Client, Bucket: string, Prefix: string): Promise<number> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }))
  const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]))
  if (Objects.length === 0) return 0
  const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
  const [first] = Errors
  if (first) throw Object.assign(new Error(`${first.Key}: ${first.Message}`), { name: first.Code ?? 'Error' })
  return Objects.length
}

/** Aborts uploads to keys that begin with a prefix, which were begun before then; null: all of them. */
export async function* removeS3Uploads(
  { client, bucket, where }: S3Bucket,
  prefix: string,
  since: Date | null,
): AsyncGenerator<void> {
  const failed = (error: unknown): never => {
    throw s3Failure(error, where)
  }
  const request: ListMultipartUploadsCommandInput = { Bucket: bucket, Prefix: prefix }
  for (let isMore = true; isMore; ) {
    const page = await client.send(new ListMultipartUploadsCommand(request)).catch(failed)
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      const isOld = since === null || (Initiated !== undefined && Initiated < since)
      if (isOld) await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch(failed)
    }
    isMore = page.IsTruncated ?? false
    request.KeyMarker = page.NextKeyMarker
    request.UploadIdMarker = page.NextUploadIdMarker
    yield
  }
}
