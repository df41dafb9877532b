import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers as S3 does when it refuses; the body of the request is passed over. */
export function sendError(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  request.resume()
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(request.method === 'HEAD' ? undefined : xml)
}
