import { access, readdir, readFile, rm, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { sendError } from './send-error.ts'

/**
 * What s3rver lacks: conditional puts, aborting and listing unfinished uploads, and folders that hold only folders when it
 * lists with a delimiter.
 * @param directory where s3rver keeps its files
 * @returns whether the request has been answered
 */
export async function answerGaps(
  directory: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
  const [bucket = '', ...rest] = decodeURIComponent(pathname).slice(1).split('/')
  const key = rest.join('/')
  const uploads = join(directory, bucket, '._S3rver_uploads')
  const uploadId = searchParams.get('uploadId')
  if (uploadId !== null && !(await isThere(join(uploads, uploadId)))) {
    sendError(request, response, 404, 'NoSuchUpload')
    return true
  }
  if (request.method === 'DELETE' && uploadId !== null) {
    await rm(join(uploads, uploadId), { recursive: true })
    response.writeHead(204).end()
    return true
  }
  if (request.method === 'GET' && key === '' && searchParams.has('uploads')) {
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(await listUploads(uploads, searchParams.get('prefix') ?? ''))
    return true
  }
  if (request.method === 'GET' && key === '' && searchParams.has('delimiter')) {
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(await listNames(join(directory, bucket), searchParams.get('prefix') ?? ''))
    return true
  }
  if (request.method !== 'PUT' || request.headers['if-none-match'] !== '*') return false
  if (!(await isThere(`${join(directory, bucket, key)}._S3rver_object`))) return false
  sendError(request, response, 412, 'PreconditionFailed')
  return true
}

async function listUploads(folder: string, prefix: string): Promise<string> {
  const found: string[] = []
  for (const id of await readdir(folder).catch(() => [])) {
    const key = await readFile(join(folder, id, 'key'), 'utf8').catch(() => null)
    // It has just begun, or was just completed.
    if (key === null) continue
    const { birthtime } = await stat(join(folder, id, 'key'))
    if (key.startsWith(prefix))
      found.push(
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${birthtime.toISOString()}</Initiated></Upload>`,
      )
  }
  const all = `<IsTruncated>false</IsTruncated>${found.join('')}`
  return `<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult>${all}</ListMultipartUploadsResult>`
}

/** @param prefix empty, or ends with the delimiter */
async function listNames(folder: string, prefix: string): Promise<string> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => [])
  const found = entries.map((entry) => {
    if (entry.isDirectory()) return `<CommonPrefixes><Prefix>${prefix}${entry.name}/</Prefix></CommonPrefixes>`
    const name = /^(.*)\._S3rver_object$/.exec(entry.name)?.[1]
    return name === undefined ? '' : `<Contents><Key>${prefix}${name}</Key></Contents>`
  })
  const all = `<IsTruncated>false</IsTruncated>${found.join('')}`
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>${all}</ListBucketResult>`
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
