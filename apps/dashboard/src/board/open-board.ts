import { createBullBoard } from '@bull-board/api'
import { ExpressAdapter } from '@bull-board/express'
import type { Journal } from '@querypool/shared/journal'
import type { Express, Handler } from 'express'
import type { Board } from './follow-queues.ts'
import { showOnlySafe } from './show-only-safe.ts'

const systemFonts = { 'font-sans': 'system-ui, sans-serif', 'font-mono': 'ui-monospace, monospace' }
// Each poll would otherwise have Redis list all its clients, once for each queue.
const settings = { showWorkers: false, hideDocsLink: true, miscLinks: [{ text: 'Runs', url: '/runs' }] }

/** bull-board without queues yet, to be served at `basePath`. It asks no other server for anything. */
export function openBoard(journal: Journal, basePath: string): { board: Board; handler: Handler } {
  const serverAdapter = new ExpressAdapter().setBasePath(basePath)
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: {
      uiConfig: { boardTitle: 'QueryPool', theme: { light: systemFonts, dark: systemFonts }, ...settings },
      handlerHooks: { after: showOnlySafe(journal) },
    },
  })
  // What went wrong may name servers; bull-board would send it along.
  serverAdapter.setErrorHandler(() => ({ status: 500, body: { error: { key: 'ERRORS.INTERNAL_SERVER_ERROR' } } }))
  const handler = serverAdapter.getRouter() as Express
  keepFontsAtHome(handler)
  return { board, handler }
}

/** Takes links to other servers out of the board's page: it would have each browser fetch fonts from one. */
function keepFontsAtHome(app: Express): void {
  const render = app.render.bind(app)
  app.render = (name: string, options?: unknown, callback?: unknown) => {
    const done = callback as (error: Error | null, html?: string) => void
    render(name, options as object, (error, html) => done(error, html?.replace(/<link href="https:[^>]*>/g, '')))
  }
}
