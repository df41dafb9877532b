import type { PeerCertificate } from 'node:tls'
import { parse } from 'pg-connection-string'
import type { ServerAddress } from '../database/index.ts'
import type { ResolvedDatabase } from './resolved-database.ts'

/** The `ssl` option of node-postgres: false is no TLS. */
export type SslOptions =
  | false
  | {
      ca?: string
      cert?: string
      key?: string
      rejectUnauthorized: boolean
      checkServerIdentity?: (host: string, certificate: PeerCertificate) => undefined
    }

/**
 * The `ssl` option for a node-postgres connection to a database, with the modes of libpq: `require` encrypts and verifies
 * nothing, `verify-ca` verifies the chain, `verify-full` the chain and the name. Undefined: leave the option out, the URL
 * decides. As in libpq a Unix socket is never encrypted.
 */
export function sslOptionsForPg(database: Pick<ResolvedDatabase, 'url' | 'ssl'>): SslOptions | undefined {
  const { ssl, url } = database
  if (ssl === null) return undefined
  if (ssl.mode === 'disable' || parse(url).host?.startsWith('/')) return false
  return {
    ...(ssl.ca !== null && { ca: ssl.ca }),
    ...(ssl.cert !== null && { cert: ssl.cert }),
    ...(ssl.key !== null && { key: ssl.key }),
    rejectUnauthorized: ssl.mode !== 'require',
    ...(ssl.mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  }
}

/** Where a database is, for those who connect. */
export function addressOf(database: Pick<ResolvedDatabase, 'url' | 'ssl'>): ServerAddress {
  return { url: database.url, ssl: sslOptionsForPg(database) }
}
