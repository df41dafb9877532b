import { QueryPoolError } from '@querypool/shared/errors'
import {
  isAbandoned,
  type Journal,
  type RunView,
  readEvents,
  readQueries,
  readQueriesPart,
  readRun,
} from '@querypool/shared/journal'
import { mostForecast, restOfRun } from '@querypool/shared/plan'
import { isTerminal } from '@querypool/shared/run'
import type { Request, RequestHandler } from 'express'
import { html } from './pages/html.ts'
import { type QueriesOnPage, queriesPerPage, queryStates, runPage } from './pages/run-page.ts'
import { sendPage } from './pages/send-page.ts'

const mostEvents = 100
// Deeper into the list than anyone reads, and not so deep that the number would not fit.
const lastPage = 1_000_000

/** Answers `/runs/:run` with the page of that run. `?state=` and `?page=` say which queries are listed. */
export function showRun(journal: Journal): RequestHandler<{ run: string }> {
  return async (request, response) => {
    const run = await readRun(journal, request.params.run).catch((error: unknown) => {
      if (error instanceof QueryPoolError && error.code === 'QP_RUN_NOT_FOUND') return null
      throw error
    })
    if (run === null) return sendPage(response, 404, noSuchRun)
    const part = readPart(request.query)
    const { page, state } = part
    const from = (page - 1) * queriesPerPage
    const [queries, events, abandoned, remainingMs] = await Promise.all([
      readQueriesPart(journal, run, { state, from, most: queriesPerPage }),
      readEvents(journal, run.run, mostEvents),
      isAbandoned(journal, run),
      readRest(journal, run),
    ])
    sendPage(response, 200, runPage({ run, isAbandoned: abandoned, remainingMs, queries, part, events }))
  }
}

async function readRest(journal: Journal, run: RunView): Promise<number | null> {
  if (isTerminal(run.state) || run.queryCount > mostForecast) return null
  return restOfRun(run, await readQueries(journal, run), new Date())
}

const noSuchRun = {
  title: 'No such run',
  refreshSeconds: null,
  body: html`<h1>No such run</h1><p>The journal knows no run of that name. <a href="/runs">The latest runs</a></p>`,
}

function readPart({ state, page }: Request['query']): QueriesOnPage {
  const number = typeof page === 'string' && /^\d{1,7}$/.test(page) ? Number(page) : 1
  return {
    state: queryStates.find((known) => known === state) ?? null,
    page: Math.min(lastPage, Math.max(1, number)),
  }
}
