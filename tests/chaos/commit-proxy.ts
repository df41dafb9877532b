import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * What becomes of the first COMMIT that passes: `hold`: it reaches the server, and its answer is kept back until `release`;
 * `cut`: it reaches the server, and the connection is cut when that answers; `lose`: the connection is cut before.
 */
export type CommitFate = 'hold' | 'cut' | 'lose'

/** A way to a PostgreSQL server, on which a COMMIT meets its fate. */
export interface CommitProxy {
  /** The URL of the database by this way. */
  readonly url: string
  /** Resolves when the server has answered the COMMIT, or when it was lost. */
  readonly met: Promise<void>
  /** Lets the answer that is kept back go on. */
  release(): void
  close(): Promise<void>
}

const commitMessage = Buffer.from('COMMIT\0')

/** Opens a way to the server of a URL. */
export async function openCommitProxy(url: string, fate: CommitFate): Promise<CommitProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let isDue = true
  let meet!: () => void
  let release = (): void => {}
  const met = new Promise<void>((resolve) => {
    meet = resolve
  })
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', cut).on('close', cut)
    }
    let isCommitting = false
    client.on('data', (chunk) => {
      if (isDue && chunk.includes(commitMessage)) {
        isDue = false
        if (fate === 'lose') {
          cut()
          return meet()
        }
        isCommitting = true
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (!isCommitting) return client.write(chunk)
      isCommitting = false
      if (fate === 'cut') cut()
      else {
        upstream.pause()
        release = () => {
          client.write(chunk)
          upstream.resume()
        }
      }
      return meet()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const way = new URL(url)
  way.hostname = '127.0.0.1'
  way.port = String((server.address() as AddressInfo).port)
  return {
    url: way.href,
    met,
    release: () => release(),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
