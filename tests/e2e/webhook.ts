import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that the webhook got. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly told: {
    readonly id: string
    readonly event: string
    readonly run: string
    readonly generation: number
    readonly state: string
  }
}

/** An HTTP server of a test that is told of runs. */
export interface Webhook {
  readonly url: string
  readonly port: number
  /** In the order in which they came. */
  readonly received: Received[]
  /** The status of its answers; `none` leaves requests without any. */
  answer: number | 'none'
  close(): Promise<void>
  /** Listens again where it did before. */
  open(): Promise<void>
}

/** Starts a webhook that answers with 204. */
export async function startWebhook(): Promise<Webhook> {
  const received: Received[] = []
  let server: Server
  let port = 0
  const listen = async (): Promise<void> => {
    server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      received.push({ path: request.url ?? '', headers: request.headers, body, told: JSON.parse(body) })
      if (webhook.answer === 'none') return
      response.writeHead(webhook.answer, webhook.answer === 302 ? { Location: `${webhook.url}/elsewhere` } : {}).end()
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  await listen()
  const webhook: Webhook = {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    answer: 204,
    open: listen,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return webhook
}
