import type { Response } from 'express'
import { type Page, renderPage } from './page.ts'

/** Sends a page, never to be kept by browser or proxy. `response.locals.hasLogin`: whether it offers to log out. */
export function sendPage(response: Response, status: number, page: Page): void {
  const { hasLogin } = response.locals as { hasLogin?: boolean }
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(renderPage(page, hasLogin === true))
}
