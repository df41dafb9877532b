import { connect as connectTo, createServer, type Server, type Socket } from 'node:net'

/** A line between programs and a server, which can be cut or go silent. */
export interface TcpProxy {
  readonly port: number
  /** Resets all connections; new ones work. */
  cut(): void
  /** Forwards nothing more, on new connections neither, and closes none: both ends believe that they are connected. */
  silence(): void
  /** Resets what went silent and forwards again. */
  mend(): void
  close(): Promise<void>
}

/** Starts a proxy on a free port of 127.0.0.1 before a server on one of its ports. */
export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (isSilent) socket.pause()
  }
  const server: Server = createServer({ pauseOnConnect: true, noDelay: true }, (near) => {
    keep(near)
    const far = connectTo({ port: serverPort, host: '127.0.0.1', noDelay: true })
    keep(far)
    near.on('close', () => far.destroy())
    far.on('close', () => (near.bytesWritten > 0 ? near.destroy() : near.resetAndDestroy()))
    forward(near, far)
    forward(far, near)
  })
  const forward = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      if (!to.write(chunk)) from.pause()
    })
    to.on('drain', () => {
      if (!isSilent) from.resume()
    })
    from.on('end', () => to.end())
    if (!isSilent) from.resume()
  }
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    silence: () => {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    mend: () => {
      if (!isSilent) return
      isSilent = false
      cut()
    },
    close: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
