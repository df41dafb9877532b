import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ResolvedTls } from './resolved-database.ts'
import { type SslOptions, sslOptionsForPg } from './ssl-options-for-pg.ts'

const url = 'postgres://me@db.example/warehouse'
const ca = pem('server.pem')
const otherCa = pem('other.pem')
let server: Server

/** A server whose certificate vouches for itself and is for db.example. */
beforeAll(async () => {
  server = createServer({ cert: ca, key: pem('server.key') }, (socket) => socket.end())
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterAll(() => {
  server.close()
})

function pem(name: string): string {
  return readFileSync(new URL(`test-certificates/${name}`, import.meta.url), 'utf8')
}

function optionsFor(ssl: Partial<ResolvedTls>, of = url): SslOptions | undefined {
  return sslOptionsForPg({ url: of, ssl: { mode: 'verify-full', ca: null, cert: null, key: null, ...ssl } })
}

/** `ok`, or the code of the error, of a handshake with that server as it is called `servername`. */
async function handshake(ssl: SslOptions | undefined, servername: string): Promise<string> {
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', servername, ...(ssl as ConnectionOptions) })
  try {
    await once(socket, 'secureConnect')
    return 'ok'
  } catch (thrown) {
    return (thrown as { code: string }).code
  } finally {
    socket.destroy()
  }
}

test('require takes any certificate', async () => {
  expect(await handshake(optionsFor({ mode: 'require' }), 'else.example')).toBe('ok')
})

test('verify-ca takes a certificate of that authority, whatever its name', async () => {
  expect(await handshake(optionsFor({ mode: 'verify-ca', ca }), 'else.example')).toBe('ok')
  expect(await handshake(optionsFor({ mode: 'verify-ca', ca: otherCa }), 'db.example')).not.toBe('ok')
})

test('verify-full takes only one of that authority and name', async () => {
  expect(await handshake(optionsFor({ mode: 'verify-full', ca }), 'db.example')).toBe('ok')
  expect(await handshake(optionsFor({ mode: 'verify-full', ca }), 'else.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  expect(await handshake(optionsFor({ mode: 'verify-full', ca: otherCa }), 'db.example')).not.toBe('ok')
  expect(await handshake(optionsFor({ mode: 'verify-full' }), 'db.example')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
})

test('disable is no TLS, and a Unix socket has none', () => {
  expect(optionsFor({ mode: 'disable' })).toBe(false)
  expect(optionsFor({}, 'postgres:///db?host=/var/run/postgresql')).toBe(false)
  expect(optionsFor({}, 'postgres://%2Fvar%2Frun/db')).toBe(false)
})

test('without tls the URL decides', () => {
  expect(sslOptionsForPg({ url, ssl: null })).toBeUndefined()
})

test('a client certificate goes along', () => {
  expect(optionsFor({ cert: 'C', key: 'K' })).toEqual({ cert: 'C', key: 'K', rejectUnauthorized: true })
})
