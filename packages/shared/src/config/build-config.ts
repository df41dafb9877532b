import { dirname, resolve } from 'node:path'
import type { Config, DatabaseConfig, TlsConfig } from './config.ts'
import { type CheckedConfig, configSchema } from './config-schema.ts'
import type { SecretReference } from './secret-reference.ts'

type CheckedDatabase = CheckedConfig['databases'][string]
type CheckedTls = NonNullable<CheckedDatabase['tls']>

/** The frozen configuration of a checked file, with the paths in it made absolute. `file` is its own absolute path. */
export function buildConfig(checked: CheckedConfig, file: string | null): Config {
  const from = file === null ? '' : dirname(file)
  const databases = Object.entries(checked.databases).map(
    ([name, database]) => [name, buildDatabase(name, database, from)] as const,
  )
  return Object.freeze({
    file,
    databases: frozenMap(databases),
    storeLocation:
      checked.store.url ?? (checked.store.folder === undefined ? null : resolve(from, checked.store.folder)),
    retention: Object.freeze({ runsMs: checked.retention.runs, maxRuns: checked.retention.maxRuns ?? null }),
    limits: Object.freeze({
      maxResultBytes: checked.limits.maxResultBytes ?? null,
      maxQueries: checked.limits.maxQueries,
    }),
    notify: Object.freeze({ allowPrivate: Object.freeze(checked.notify.allowPrivate ?? []) }),
    timing: Object.freeze({
      workerLockMs: checked.timing.workerLock,
      stalledCheckMs: checked.timing.stalledCheck,
      silentWorkerMs: checked.timing.silentWorker,
      reconcileMs: checked.timing.reconcile,
    }),
  })
}

/** The configuration of an installation without a file: every default. */
export function emptyConfig(): Config {
  return buildConfig(configSchema.parse({}), null)
}

function buildDatabase(name: string, database: CheckedDatabase, from: string): DatabaseConfig {
  return Object.freeze({
    name,
    urlReference: absolute(database.url, from),
    tls: database.tls === undefined ? null : buildTls(database.tls, from),
    maxConcurrency: database.maxConcurrency ?? null,
    statementTimeoutMs: database.statementTimeout ?? null,
    role: database.role ?? null,
  })
}

function buildTls({ mode, ca, cert, key }: CheckedTls, from: string): TlsConfig {
  const place = (given: SecretReference | undefined) => (given === undefined ? null : absolute(given, from))
  return Object.freeze({ mode, ca: place(ca), cert: place(cert), key: place(key) })
}

function absolute(reference: SecretReference, from: string): SecretReference {
  return Object.freeze(reference.kind === 'env' ? reference : { kind: 'file', path: resolve(from, reference.path) })
}

/** Object.freeze leaves the entries of a map as they are: its own methods would still change them. */
function frozenMap<K, V>(entries: Iterable<readonly [K, V]>): ReadonlyMap<K, V> {
  const map = new Map(entries)
  const refuse = () => {
    throw new TypeError('The configuration is read once and does not change.')
  }
  return Object.freeze(Object.assign(map, { set: refuse, delete: refuse, clear: refuse }))
}
