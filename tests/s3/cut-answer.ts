import type { ServerResponse } from 'node:http'

/** Cuts the connection once so many bytes of an answer have been given to it, or at its end. */
export function cutAnswer(response: ServerResponse, bytes: number): void {
  const write = response.write.bind(response) as (chunk: Uint8Array) => boolean
  let left = bytes
  const cut = (): ServerResponse => response.destroy()
  response.write = (chunk: Uint8Array) => {
    const isLast = chunk.length >= left
    const went = write(chunk.subarray(0, left))
    left -= chunk.length
    if (isLast) setImmediate(cut)
    return went && !isLast
  }
  response.end = cut
}
