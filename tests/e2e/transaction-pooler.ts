import { connect, createServer, type Server, type Socket } from 'node:net'

/** A server between clients and a PostgreSQL. */
export interface Between {
  /** As that of the PostgreSQL, through this. */
  readonly url: string
  close(): Promise<void>
}

/**
 * A pooler in transaction mode, as small as can be: a client has a server connection only for as long as its transaction
 * goes on, and gets the one next that was given back last. Each client brings a connection of its own by its login.
 */
export async function startTransactionPooler(postgresUrl: string): Promise<Between> {
  const target = new URL(postgresUrl)
  const idle: ServerConnection[] = []
  const pooler = await listen(target, (client) => {
    let bound: ServerConnection | null = new ServerConnection(connect(Number(target.port), target.hostname))
    const waiting: Buffer[] = []
    const bind = (server: ServerConnection): void => {
      bound = server
      server.onData = (data, isIdle) => {
        client.write(data)
        if (!isIdle) return
        bound = null
        idle.push(server)
      }
    }
    bind(bound)
    client.on('data', (data) => {
      // A client that ends takes no server connection with it.
      if (bound === null && data[0] === 0x58) return
      if (bound === null) {
        const next = idle.pop()
        if (next === undefined) return void waiting.push(data)
        bind(next)
      }
      bound?.socket.write(Buffer.concat([...waiting.splice(0), data]))
    })
    client.on('close', () => bound?.socket.destroy())
  })
  return {
    ...pooler,
    close: async () => {
      await pooler.close()
      for (const { socket } of idle) socket.destroy()
    },
  }
}

/** A balancer that gives connections to servers in turns. All of them know the role and the database of the first. */
export async function startBalancer(urls: readonly string[]): Promise<Between> {
  let next = 0
  return listen(new URL(urls[0] ?? ''), (client) => {
    const target = new URL(urls[next++ % urls.length] ?? '')
    const server = connect(Number(target.port), target.hostname)
    server.on('error', () => client.destroy())
    server.on('close', () => client.destroy())
    client.on('close', () => server.destroy())
    client.pipe(server)
    server.pipe(client)
  })
}

async function listen(target: URL, onClient: (client: Socket) => void): Promise<Between> {
  const clients = new Set<Socket>()
  const server: Server = createServer((client) => {
    clients.add(client)
    client.on('error', () => {})
    client.on('close', () => clients.delete(client))
    onClient(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(typeof address === 'object' ? address?.port : '')
  return {
    url: url.href,
    close: async () => {
      for (const client of clients) client.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A connection to the server, of which it is known when no transaction is open in it: after ReadyForQuery with `I`. */
class ServerConnection {
  readonly socket: Socket
  onData: (data: Buffer, isIdle: boolean) => void = () => {}
  #unread: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', (data) => this.#read(data))
  }

  #read(data: Buffer): void {
    let rest = Buffer.concat([this.#unread, data])
    let isIdle = false
    while (rest.length >= 5) {
      const length = 1 + rest.readInt32BE(1)
      if (rest.length < length) break
      isIdle = rest[0] === 0x5a && rest[5] === 0x49 && rest.length === length
      rest = rest.subarray(length)
    }
    this.#unread = rest
    this.onData(data, isIdle && rest.length === 0)
  }
}
