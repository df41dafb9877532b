import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { QueryPoolError } from '../errors/index.ts'
import { type ResultStore, storeIdKey } from './result-store.ts'
import { openS3Client } from './s3-client.ts'
import { s3Failure, statusOf } from './s3-failure.ts'
import { readS3Range } from './s3-range.ts'
import { removeS3Folder, removeS3Uploads, type S3Bucket } from './s3-removal.ts'
import { S3Upload } from './s3-upload.ts'
import { parseS3Url } from './s3-url.ts'

// Another put of the same key was under way: AWS asks to try again then.
const mostConflicts = 10

/**
 * Opens the result store in a bucket of S3, or of a server that speaks its protocol. Its id is in `store.json`.
 * @param identity what to do when it has no id: make one, or take it for the wrong place
 * @throws QP_STORE_URL, QP_STORE_UNUSABLE, QP_STORE_UNREACHABLE, QP_STORE_DENIED, QP_STORE_NO_BUCKET
 */
export async function openS3Store(url: string, identity: 'made' | 'expected'): Promise<ResultStore> {
  const { bucket, prefix } = parseS3Url(url)
  const client = openS3Client()
  const place: S3Bucket = { client, bucket, where: url }
  const objectOf = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` })
  const locate = (key: string): string => `s3://${bucket}/${prefix}${key}`
  const failed = (error: unknown): never => {
    throw s3Failure(error, url)
  }
  const getText: ResultStore['getText'] = async (key) => {
    try {
      const { Body } = await client.send(new GetObjectCommand(objectOf(key)))
      return (await Body?.transformToString('utf8')) ?? ''
    } catch (error) {
      return error instanceof Error && error.name === 'NoSuchKey' ? null : failed(error)
    }
  }
  const putTextOnce: ResultStore['putTextOnce'] = async (key, text) => {
    for (let conflicts = 0; ; conflicts++) {
      try {
        await client.send(new PutObjectCommand({ ...objectOf(key), Body: text, IfNoneMatch: '*' }))
        return true
      } catch (error) {
        // It may be there since the library tried it a second time: then it is ours.
        if (statusOf(error) === 412) return (await getText(key)) === text
        if (statusOf(error) !== 409 || conflicts === mostConflicts) return refuseOrFail(error, url)
      }
    }
  }
  return {
    id: await readOrMakeId(url, identity, { getText, putTextOnce }),
    location: url,
    locate,
    upload: async (key) => new S3Upload(client, objectOf(key), url),
    putText: async (key, text) => {
      await client.send(new PutObjectCommand({ ...objectOf(key), Body: text })).catch(failed)
    },
    putTextOnce,
    getText,
    has: (key) =>
      client.send(new HeadObjectCommand(objectOf(key))).then(
        () => true,
        (error: unknown) => (statusOf(error) === 404 ? false : failed(error)),
      ),
    read: (key, offset, bytes) =>
      Readable.from(readS3Range(client, objectOf(key), locate(key), offset, bytes), { objectMode: false }),
    list: (folder) => listS3Folder(place, prefix + (folder === '' ? '' : `${folder}/`)),
    changedAt: (folder) => changeOf(place, `${prefix}${folder}/`),
    remove: async (key) => {
      await client.send(new DeleteObjectCommand(objectOf(key))).catch(failed)
    },
    removeFolder: (folder) => removeS3Folder(place, `${prefix}${folder}/`),
    removeUnfinished: (folder, since) => removeS3Uploads(place, `${prefix}${folder}/`, since),
  }
}

/** A server that does not know the condition says so, or else replaces what is there: see `check-writable.ts`. */
function refuseOrFail(error: unknown, url: string): never {
  if (statusOf(error) !== 501) throw s3Failure(error, url)
  throw new QueryPoolError('QP_STORE_REPLACES', `${url}: the server does not know If-None-Match.`, { cause: error })
}

async function readOrMakeId(
  url: string,
  identity: 'made' | 'expected',
  { getText, putTextOnce }: Pick<ResultStore, 'getText' | 'putTextOnce'>,
): Promise<string> {
  let text = await getText(storeIdKey)
  if (text === null) {
    if (identity === 'expected') throw new QueryPoolError('QP_STORE_UNUSABLE', `There is no result store in ${url}.`)
    await putTextOnce(storeIdKey, `${JSON.stringify({ id: randomUUID() })}\n`)
    text = await getText(storeIdKey)
  }
  const id = idIn(text ?? '')
  if (id === null) throw new QueryPoolError('QP_STORE_UNUSABLE', `${url}/${storeIdKey} has no id.`)
  return id
}

function idIn(text: string): string | null {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' ? id : null
  } catch {
    return null
  }
}

async function* listS3Folder({ client, bucket, where }: S3Bucket, prefix: string): AsyncGenerator<string> {
  let ContinuationToken: string | undefined
  do {
    const page = await client
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken }))
      .catch((error: unknown) => {
        throw s3Failure(error, where)
      })
    for (const { Key = '' } of page.Contents ?? []) yield Key.slice(prefix.length)
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) yield Prefix.slice(prefix.length, -1)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
}

/** When the newest of the first thousand objects was put: there may be millions. */
async function changeOf({ client, bucket, where }: S3Bucket, prefix: string): Promise<Date | null> {
  const { Contents = [] } = await client
    .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))
    .catch((error: unknown) => {
      throw s3Failure(error, where)
    })
  const times = Contents.map(({ LastModified }) => LastModified?.getTime() ?? 0)
  return times.length === 0 ? null : new Date(Math.max(...times))
}
