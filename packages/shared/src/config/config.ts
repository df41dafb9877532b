import type { SecretReference } from './secret-reference.ts'

/** How a connection is encrypted and what of the server is checked, with the words of libpq. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

/** The `tls` of a database, with where its certificates are. */
export interface TlsConfig {
  readonly mode: TlsMode
  /** The certificates that vouch for the server; null: those that Node.js trusts. */
  readonly ca: SecretReference | null
  /** The client's own certificate and its key: both or none. */
  readonly cert: SecretReference | null
  readonly key: SecretReference | null
}

/** A database that queries can run on, as the configuration names it. It says where its URL is, not what it is. */
export interface DatabaseConfig {
  readonly name: string
  readonly urlReference: SecretReference
  /** null: as the URL says. */
  readonly tls: TlsConfig | null
  /** How many queries of all runs may run on it at once; null: no limit. */
  readonly maxConcurrency: number | null
  /** For queries without a timeout of their own; null: none. */
  readonly statementTimeoutMs: number | null
  /** The role that each session takes with SET ROLE; null: that of the URL. */
  readonly role: string | null
}

/** When a worker counts as dead or silent, and how often overseers compare, in ms. The same for all processes of an installation. */
export interface Timing {
  /** How long a job stays with its worker without a renewal. */
  readonly workerLockMs: number
  /** How often jobs are looked for whose lock has gone: a dead worker is noticed after a lock and a check at the most. */
  readonly stalledCheckMs: number
  /** How long a worker must have said nothing before its backends are ended. */
  readonly silentWorkerMs: number
  /** How often journal, Redis and databases are compared. */
  readonly reconcileMs: number
}

/** The configuration of an installation. Frozen, and without secrets: it may be logged. */
export interface Config {
  /** The absolute path of the file; null: there is none, everything has its default. */
  readonly file: string | null
  /** By name, in the order of the file. */
  readonly databases: ReadonlyMap<string, DatabaseConfig>
  /** The absolute path or the `s3://` URL of the result store; null: not said. QUERYPOOL_RESULTS goes before it. */
  readonly storeLocation: string | null
  readonly retention: {
    /** How long runs are kept after their end; null: for ever. */
    readonly runsMs: number | null
    /** How many are kept; null: any number. */
    readonly maxRuns: number | null
  }
  readonly limits: {
    /** Of the rows of one query; null: no limit. */
    readonly maxResultBytes: number | null
    /** Of one run. */
    readonly maxQueries: number
  }
  readonly notify: {
    /** Hosts, addresses and networks that notifications may go to although they are not public. */
    readonly allowPrivate: readonly string[]
  }
  readonly timing: Timing
}
