import type { Logger } from '@querypool/shared/log'
import express, { type Handler, type Request, type Response, Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import { html } from '../pages/html.ts'
import { loginPage } from '../pages/login-page.ts'
import type { Page } from '../pages/page.ts'
import { sendPage } from '../pages/send-page.ts'
import { type Credentials, sessionMs } from './credentials.ts'

const cookieName = 'querypool-dashboard'
const minuteMs = 60_000
const mostFailuresPerMinute = 60
const mostFormBytes = 8192

// A browser keeps a strict cookie back when a link of another site is followed, but not when the page then loads itself.
const again: Page = { title: 'One moment', body: html`<p>One moment…</p>`, refreshSeconds: 0, isOutside: true }

/**
 * Lets in only who has the token: as `Authorization: Bearer`, or by the login form, which gives a cookie. From one address
 * no more than 60 failures a minute are answered.
 */
export function requireToken(credentials: Credentials, log: Logger): Router {
  const limit = rateLimit({
    windowMs: minuteMs,
    limit: mostFailuresPerMinute,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Whatever a proxy says of others is not believed: what counts is who connects.
    validate: { xForwardedForHeader: false },
    message: 'Too many failed attempts. Try again in a minute.\n',
  })
  const limitTries: Handler = (request, response, next) => {
    if (request.headers.authorization === undefined && request.method !== 'POST') return next()
    void limit(request, response, next)
  }
  const router = Router()
  router.use(limitTries)
  router.get('/login', (request, response) => {
    sendPage(response, 200, loginPage({ next: ownPath(request.query.next), failed: false }))
  })
  router.post('/login', express.urlencoded({ extended: false, limit: mostFormBytes }), (request, response) => {
    const { token, next } = (request.body ?? {}) as { token?: unknown; next?: unknown }
    if (typeof token === 'string' && credentials.isToken(token)) {
      setCookie(request, response, credentials.issue(), sessionMs)
      return response.redirect(303, ownPath(next))
    }
    log.warn({ address: request.socket.remoteAddress }, 'A login with a wrong token.')
    sendPage(response, 401, loginPage({ next: ownPath(next), failed: true }))
  })
  router.post('/logout', (request, response) => {
    setCookie(request, response, '', 0)
    response.redirect(303, '/login')
  })
  router.use((request, response, next) => {
    if (isLetIn(credentials, request)) return next()
    if (request.headers.authorization !== undefined)
      log.warn({ address: request.socket.remoteAddress }, 'A request with a wrong token.')
    if (isForPage(request) && request.headers['sec-fetch-site'] === 'cross-site') return sendPage(response, 200, again)
    if (isForPage(request)) return response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`)
    response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'This needs the token of the dashboard.' })
  })
  return router
}

function isLetIn(credentials: Credentials, request: Request): boolean {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const [, token] = /^Bearer +(\S.*)$/i.exec(authorization) ?? []
    return token !== undefined && credentials.isToken(token.trimEnd())
  }
  const [, cookie] = new RegExp(`(?:^|; *)${cookieName}=([^;]*)`).exec(request.headers.cookie ?? '') ?? []
  return cookie !== undefined && credentials.isIssued(cookie)
}

function isForPage({ method, headers }: Request): boolean {
  const isAskedByPerson = headers.authorization === undefined && (headers.accept ?? '').includes('text/html')
  return (method === 'GET' || method === 'HEAD') && isAskedByPerson
}

function setCookie(request: Request, response: Response, value: string, maxAgeMs: number): void {
  // Behind a proxy that speaks HTTPS. Who makes the header up only keeps the cookie from himself.
  const secure = request.headers['x-forwarded-proto'] === 'https'
  response.cookie(cookieName, value, { httpOnly: true, sameSite: 'strict', secure, maxAge: maxAgeMs, path: '/' })
}

/** Where to go after the login: a path of this server, whatever was asked for. */
function ownPath(given: unknown): string {
  const base = 'http://here'
  if (typeof given !== 'string' || !given.startsWith('/') || !URL.canParse(given, base)) return '/'
  const { origin, pathname, search } = new URL(given, base)
  // `/.//host` is here, but its path alone would lead to the host.
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/'
}
