import { answerHealth, type Health } from '@querypool/shared/health'
import { type Journal, readRuns } from '@querypool/shared/journal'
import type { Logger } from '@querypool/shared/log'
import express, { type ErrorRequestHandler, type Express, type Handler } from 'express'
import { credentialsOf } from './access/credentials.ts'
import { refuseForeignNames, refuseOtherSites } from './access/refuse-foreign.ts'
import { requireToken } from './access/require-token.ts'
import { boardHeaders, pageHeaders } from './access/safe-headers.ts'
import { html } from './pages/html.ts'
import { runsPage } from './pages/runs-page.ts'
import { sendPage } from './pages/send-page.ts'
import { style } from './pages/style.ts'
import { showRun } from './show-run.ts'

/** What the routes need. */
export interface Parts {
  readonly journal: Journal
  readonly health: Health
  readonly board: Handler
  readonly token: string | null
  readonly log: Logger
}

const mostRuns = 100

/** All routes, in the order in which a request meets them: who may in is decided before anything is looked up. */
export function buildApp({ journal, health, board, token, log }: Parts): Express {
  const app = express().disable('x-powered-by').disable('etag')
  app.use(pageHeaders)
  // Open to probes, which have no token: they say only whether there is progress.
  app.get(['/healthz', '/readyz'], (request, response) => answerHealth(request.path, health, response))
  if (token === null) app.use(refuseForeignNames)
  app.use(refuseOtherSites)
  app.get('/style.css', (_request, response) => response.type('css').set('Cache-Control', 'no-cache').send(style))
  if (token !== null) {
    app.use((_request, response, next) => {
      response.locals.hasLogin = true
      next()
    })
    app.use(requireToken(credentialsOf(token), log))
  }
  // A queue's read-only mode refuses what concerns that queue; this refuses the board's other actions too.
  app.use(refuseChanges)
  app.get('/metrics', (_request, response) => answerHealth('/metrics', health, response))
  app.get('/', (_request, response) => response.redirect('/runs'))
  app.get('/runs', async (_request, response) => {
    sendPage(response, 200, runsPage(await readRuns(journal, { most: mostRuns }), mostRuns))
  })
  app.get('/runs/:run', showRun(journal))
  app.use('/queues', boardHeaders, board)
  app.use((_request, response) => sendPage(response, 404, notFound))
  app.use(answerFailure(log))
  return app
}

const notFound = {
  title: 'Not found',
  refreshSeconds: null,
  body: html`<h1>Not found</h1><p>There is no such page.</p>`,
}
const failed = {
  title: 'No answer',
  refreshSeconds: 5,
  body: html`<h1>No answer</h1><p>Journal or Redis does not answer. This page tries again by itself.</p>`,
}

const refuseChanges: Handler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') next()
  else response.status(405).set('Allow', 'GET, HEAD').json({ error: 'The dashboard is read-only.' })
}

/** What went wrong stands in the log; the message of an error may name servers. */
function answerFailure(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const status = (error as { status?: unknown } | null)?.status
    // What Express refuses itself, such as a path that is no UTF-8 or a form that is too large.
    if (typeof status === 'number' && status >= 400 && status < 500) return sendPage(response, status, notFound)
    log.warn({ path: request.path, error: error instanceof Error ? error.message : String(error) }, 'A page failed.')
    sendPage(response, 503, failed)
  }
}
