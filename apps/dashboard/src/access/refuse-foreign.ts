import type { Handler, Request } from 'express'

const loopbackName = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/** Whether only this machine reaches a host that a server listens on. */
export function isLoopback(host: string): boolean {
  return loopbackName.test(host.includes(':') ? `[${host}]` : host)
}

/**
 * Refuses requests for another name than this machine's own. A page of a stranger can have its name point to 127.0.0.1,
 * and its script could read what is open there to every process of this machine.
 */
export const refuseForeignNames: Handler = (request, response, next) => {
  if (loopbackName.test(request.headers.host ?? '')) return next()
  response
    .status(421)
    .type('text/plain')
    .send('Without a token the dashboard answers only to localhost, 127.0.0.1 and [::1].\n')
}

/**
 * Refuses what pages of other sites ask for, except that a link to a page may be followed. Browsers that do not say where
 * a request comes from still say the origin of those that could do something.
 */
export const refuseOtherSites: Handler = (request, response, next) => {
  if (isOwn(request) || isLinkFollowed(request)) return next()
  response.status(403).type('text/plain').send('The dashboard takes no requests from pages of other sites.\n')
}

function isOwn(request: Request): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = request.headers
  return origin === undefined || hostOf(origin) === request.headers.host
}

function isLinkFollowed({ method, headers }: Request): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
