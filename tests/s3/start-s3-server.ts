import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import { answerGaps } from './answer-gaps.ts'
import { cutAnswer } from './cut-answer.ts'
import { KeyLocks } from './key-locks.ts'
import { sendError } from './send-error.ts'

/** What a test makes of a request: an HTTP status instead of an answer, a cut connection, or as usual. */
export type Fault = { readonly status: number; readonly code: string } | 'cut' | null

/** An S3-compatible server of one test file. */
export interface S3Server {
  /** A bucket in it. */
  readonly bucket: string
  /** The variables with which programs find it. */
  readonly env: Readonly<Record<string, string>>
  /** Method and URL of each request so far. */
  readonly requests: string[]
  /** Asked before each request, which waits for the answer. */
  fault: (request: IncomingMessage) => Fault | Promise<Fault>
  /** After how many bytes of its answer the connection of a request is cut; null: never. */
  cutAfter: (request: IncomingMessage) => number | null
  close(): Promise<void>
}

/**
 * Starts s3rver on a free port, on a folder of its own: real HTTP, and only for those who have its key. What of S3 it lacks is
 * added in front of it: `answer-gaps.ts`; and requests for the same key wait for each other, as it shows what is half put.
 */
export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'querypool-s3-'))
  const bucket = 'results'
  const s3rver = new S3rver({
    directory,
    silent: true,
    vhostBuckets: false,
    // It takes the `/` behind a bucket's name for no part of what was signed.
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: bucket }],
  })
  await s3rver.configureBuckets()
  const answer = s3rver.callback()
  const locks = new KeyLocks()
  const requests: string[] = []
  const http = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const fault = await server.fault(request)
    if (fault === 'cut') return void request.socket.destroy()
    if (fault !== null) return sendError(request, response, fault.status, fault.code)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
    const isPart = request.method === 'PUT' && searchParams.has('uploadId')
    const free = isPart ? () => {} : await locks.take(pathname)
    response.once('close', free)
    if (response.destroyed) return free()
    const cutAfter = server.cutAfter(request)
    if (cutAfter !== null) cutAnswer(response, cutAfter)
    if (!(await answerGaps(directory, request, response))) answer(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: S3Server = {
    bucket,
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    },
    requests,
    fault: () => null,
    cutAfter: () => null,
    close: async () => {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
  return server
}
