import { writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createService, type Program, type Service } from './create-service.ts'

const token = 'correct-horse-battery-staple'
const browser = { accept: 'text/html' }
let service: Service
let open: Program
let closed: Program

beforeAll(async () => {
  service = await createService()
  await writeFile(join(service.folder, 'token'), `${token}\n`)
  open = await service.startProgram('dashboard-open', ['dashboard', '--port', '0'])
  closed = await service.startProgram('dashboard-closed', ['dashboard', '--port', '0', '--host', '0.0.0.0'], {
    QUERYPOOL_DASHBOARD_TOKEN_FILE: join(service.folder, 'token'),
  })
})
afterAll(() => service?.dispose())

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A request with exactly these headers; fetch would not let us set all of them. */
function ask(program: Program, path: string, headers: OutgoingHttpHeaders = {}, form?: string): Promise<Reply> {
  const url = new URL(path, program.healthUrl.replace('0.0.0.0', '127.0.0.1'))
  return new Promise((resolve, reject) => {
    const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = request(url, { method: form === undefined ? 'GET' : 'POST', headers: { ...type, ...headers } })
    sent.on('error', reject)
    sent.on('response', (reply) =>
      text(reply).then((body) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }), reject),
    )
    sent.end(form)
  })
}

function logIn(given: string, next = '/runs'): Promise<Reply> {
  return ask(closed, '/login', {}, new URLSearchParams({ token: given, next }).toString())
}

describe('a dashboard with a token', () => {
  test('lets nobody in without it', async () => {
    for (const path of ['/', '/runs', '/runs/x', '/queues', '/queues/api/queues', '/metrics', '/nothing']) {
      expect([path, (await ask(closed, path)).status]).toEqual([path, 401])
      const { status, headers } = await ask(closed, path, browser)
      expect([path, status, headers.location]).toEqual([path, 303, `/login?next=${encodeURIComponent(path)}`])
    }
  })

  test('says to anyone whether it lives and is ready', async () => {
    expect((await ask(closed, '/healthz')).status).toBe(200)
    expect(await ask(closed, '/readyz')).toMatchObject({ status: 200, body: '{"ready":true}\n' })
  })

  test('lets in who sends the token', async () => {
    for (const path of ['/runs', '/queues/api/queues', '/metrics'])
      expect((await ask(closed, path, { authorization: `Bearer ${token}` })).status).toBe(200)
    for (const wrong of [`Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer ', 'Bearer', `Basic ${token}`, ''])
      expect([wrong, (await ask(closed, '/runs', { authorization: wrong })).status]).toEqual([wrong, 401])
  })

  test('gives a cookie for the token that scripts and other sites do not get', async () => {
    const { status, headers } = await logIn(token, '/runs?x=1')
    expect([status, headers.location]).toEqual([303, '/runs?x=1'])
    const [cookie = ''] = headers['set-cookie'] ?? []
    expect(cookie).toMatch(/; HttpOnly(;|$)/)
    expect(cookie).toMatch(/; SameSite=Strict(;|$)/)
    expect(cookie).not.toContain(token)
    const [pair = ''] = cookie.split(';')
    expect((await ask(closed, '/runs', { cookie: `a=b; ${pair}` })).status).toBe(200)
    const [name, value = ''] = pair.split('=')
    const [until, signature] = value.split('.')
    for (const forged of ['', '.', `${until}.`, `${Number(until) + 1}.${signature}`, token])
      expect([forged, (await ask(closed, '/runs', { cookie: `${name}=${forged}` })).status]).toEqual([forged, 401])
  })

  test('leads nowhere else after the login', async () => {
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', '/.//evil.example', 'runs', '']) {
      const { headers } = await logIn(token, next)
      expect([next, headers.location]).toEqual([next, '/'])
    }
  })

  test('lets a page that a link of another site leads to load itself, for only then the cookie comes along', async () => {
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const { status, body } = await ask(closed, '/runs', { ...browser, ...followed })
    expect([status, body.includes('http-equiv="refresh" content="0"')]).toEqual([200, true])
  })

  test('answers only so many wrong tokens', async () => {
    const statuses: number[] = []
    for (let tries = 0; tries < 100 && statuses.at(-1) !== 429; tries++)
      statuses.push((await logIn(`wrong-${tries}`)).status)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    expect(statuses.length).toBeGreaterThan(10)
    expect((await ask(closed, '/runs', { authorization: `Bearer ${token}` })).status).toBe(429)
  })
})

describe('a dashboard without a token', () => {
  test('answers only to names of this machine', async () => {
    const { port } = new URL(open.healthUrl)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect([host, (await ask(open, '/runs', { host })).status]).toEqual([host, 200])
    for (const host of [`evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])
      expect([host, (await ask(open, '/runs', { host })).status]).toEqual([host, 421])
  })

  test('takes nothing from pages of other sites, but a link to a page may be followed', async () => {
    const origin = open.healthUrl
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
    ])
      expect([headers, (await ask(open, '/runs', headers)).status]).toEqual([headers, 403])
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    for (const headers of [followed, { origin }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }])
      expect([headers, (await ask(open, '/runs', headers)).status]).toEqual([headers, 200])
  })

  test('changes nothing, and is in no frame', async () => {
    const posted = await ask(open, '/runs', {}, 'a=b')
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD'])
    for (const path of ['/runs', '/queues']) {
      const { headers } = await ask(open, path)
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })
})

test('a dashboard that others could reach does not start without a token', async () => {
  const refused = await service.querypool(['dashboard', '--host', '0.0.0.0', '--port', '0'])
  expect(refused).toMatchObject({ status: 2, stdout: '' })
  expect(refused.stderr).toContain('QP_DASHBOARD_OPEN')
})
