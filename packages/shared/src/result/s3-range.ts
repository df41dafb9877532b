import type { Readable } from 'node:stream'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { s3Failure } from './s3-failure.ts'

const mostCutsInVain = 3

/**
 * Bytes of an object, no faster than they are taken. A connection that is cut on the way is opened again where it was cut.
 * @throws QP_STORE_UNREACHABLE and the like; an error without such a code when the object is not there or too short
 */
export async function* readS3Range(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  where: string,
  offset: number,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let passed = 0
  let cutsInVain = 0
  while (passed < bytes) {
    const Range = `bytes=${offset + passed}-${offset + bytes - 1}`
    const { Body } = await client.send(new GetObjectCommand({ ...object, Range })).catch((error: unknown) => {
      throw isAbsent(error) ? new Error(`${where} is missing or too short`, { cause: error }) : s3Failure(error, where)
    })
    const before = passed
    const body = Body as Readable
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        passed += chunk.length
        yield chunk
      }
      // All that there is: whoever asked for more finds out.
      return
    } catch (error) {
      cutsInVain = passed > before ? 0 : cutsInVain + 1
      if (cutsInVain > mostCutsInVain) throw s3Failure(error, where)
    } finally {
      body.destroy()
    }
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'InvalidRange')
}
