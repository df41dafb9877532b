import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { QueryPoolError } from '../errors/index.ts'

/** What a program can say about itself. */
export interface Health {
  /** Why it makes no progress; null: it does, or has nothing to do. */
  stuck(): Promise<string | null>
  /** Its metrics in the text format of Prometheus. */
  metrics(): Promise<{ contentType: string; text: string }>
}

/** Where health is served; port 0: any free one. */
export interface HealthAddress {
  readonly host: string
  readonly port: number
}

/** A health server that listens. */
export interface HealthServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves `/healthz` (the process lives), `/readyz` (200 while it makes progress, else 503 with the reason) and `/metrics`.
 * There is nothing secret in them, and nothing can be changed.
 * @throws QP_PORT_TAKEN
 */
export async function serveHealth(address: HealthAddress, health: Health): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    void answerHealth(path, health, response)
  })
  server.listen(address.port, address.host)
  await listening(server, address)
  return {
    url: urlOf(server, address),
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/**
 * Waits until a server listens.
 * @throws QP_PORT_TAKEN when it cannot listen there
 */
export async function listening(server: Server, { host, port }: HealthAddress): Promise<void> {
  try {
    await once(server, 'listening')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new QueryPoolError('QP_PORT_TAKEN', `Nothing can be served at ${host}:${port}: ${why}`, { cause })
  }
}

/** Where a server that listens is, such as `http://127.0.0.1:3000`. */
export function urlOf(server: Server, { host }: HealthAddress): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Answers one of the three paths, and any other with 404. Never throws. */
export async function answerHealth(path: string, health: Health, response: ServerResponse): Promise<void> {
  await answer(path, health, response).catch(() => send(response, 500, 'text/plain', 'failed\n'))
}

async function answer(path: string, health: Health, response: ServerResponse): Promise<void> {
  if (path === '/healthz') return send(response, 200, 'application/json', '{"ok":true}\n')
  if (path === '/readyz') {
    const stuck = await health.stuck()
    const body = `${JSON.stringify(stuck === null ? { ready: true } : { ready: false, reason: stuck })}\n`
    return send(response, stuck === null ? 200 : 503, 'application/json', body)
  }
  if (path === '/metrics') {
    const { contentType, text } = await health.metrics()
    return send(response, 200, contentType, text)
  }
  send(response, 404, 'text/plain', 'Not found. There are /healthz, /readyz and /metrics.\n')
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body)
}
