import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBullBoard } from '@bull-board/api'
import { ExpressAdapter } from '@bull-board/express'
import { openJournal } from '@querypool/shared/journal'
import { checkRedis } from '@querypool/shared/queue'
import express, { type Express } from 'express'
import { type Board, followRuns } from './follow-runs.ts'
import type { Settings } from './settings.ts'

/** A dashboard that serves. */
export interface Dashboard {
  /** Its address, such as `http://127.0.0.1:3000`. */
  readonly url: string
  /** Ends all connections and closes journal and Redis. */
  stop(): Promise<void>
}

/**
 * Serves the board of the installation's queues on 127.0.0.1, read-only.
 * @throws QP_REDIS_UNREACHABLE, QP_REDIS_URL, QP_JOURNAL_UNREACHABLE, QP_JOURNAL_NEWER, QP_DATABASE_URL; an Error of the
 * system when the port is taken
 */
export async function startDashboard(settings: Settings): Promise<Dashboard> {
  await checkRedis(settings.redisUrl, 'look')
  const journal = await openJournal(settings.journalUrl, 2)
  try {
    const { app, board } = buildApp()
    const server = await listen(app, settings.port)
    const runs = await followRuns(journal, settings.redisUrl, board).catch((error: unknown) => {
      server.close()
      throw error
    })
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      stop: async () => {
        server.close()
        server.closeAllConnections()
        await runs.stop()
        await journal.close()
      },
    }
  } catch (error) {
    await journal.close()
    throw error
  }
}

function buildApp(): { app: Express; board: Board } {
  const serverAdapter = new ExpressAdapter().setBasePath('/queues')
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'QueryPool', hideDocsLink: true } },
  })
  const app = express().disable('x-powered-by')
  // A queue's read-only mode refuses what concerns that queue; this refuses the board's other actions too.
  app.use((request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') next()
    else response.status(405).set('Allow', 'GET, HEAD').json({ error: 'The dashboard is read-only.' })
  })
  app.get('/', (_request, response) => response.redirect('/queues'))
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true })
  })
  app.use('/queues', serverAdapter.getRouter())
  return { app, board }
}

async function listen(app: Express, port: number): Promise<Server> {
  // Without a callback: Express would hand it the error of a taken port as if the server were listening.
  const server = app.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
