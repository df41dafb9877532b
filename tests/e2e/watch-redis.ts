import { connect } from 'node:net'
import { createInterface } from 'node:readline'

/** Every command that a Redis is given from now on, by whomever, one a line; grows until it is stopped. */
export interface RedisWatch {
  readonly lines: readonly string[]
  stop(): void
}

/**
 * Watches a Redis with MONITOR, over a plain socket: the mode that ioredis has for it fails when the first commands arrive
 * in one piece with the answer to MONITOR, as they do when other tests are busy.
 */
export async function watchRedis(url: string): Promise<RedisWatch> {
  const { hostname, port, username, password } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines: string[] = []
  socket.write(`AUTH ${username || 'default'} ${decodeURIComponent(password)}\r\nMONITOR\r\n`)
  await new Promise<void>((resolve, reject) => {
    let answers = 0
    socket.once('error', reject)
    createInterface(socket).on('line', (line) => {
      if (answers >= 2) lines.push(line)
      else if (line !== '+OK') reject(new Error(`Redis answers ${line}`))
      else if (++answers === 2) resolve()
    })
  })
  return { lines, stop: () => void socket.destroy() }
}
