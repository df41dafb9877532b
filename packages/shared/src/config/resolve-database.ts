import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { describeServer } from '../database/index.ts'
import { type Fault, InvalidDefinition, QueryPoolError } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import { shownPart } from '../yaml/shown-part.ts'
import type { Config, DatabaseConfig, TlsConfig } from './config.ts'
import { readSecret, secretFault } from './read-secret.ts'
import type { ResolvedDatabase, ResolvedTls } from './resolved-database.ts'
import type { SecretReference } from './secret-reference.ts'
import { withoutTlsParameters } from './tls-parameters.ts'

const maxShownNames = 20

/**
 * A configured database with its secrets. They are read now, and only those of this database.
 * @throws QP_DATABASE_UNKNOWN; InvalidDefinition with QP_SECRET_UNREADABLE for each secret that is missing or unusable
 */
export async function resolveDatabase(
  config: Config,
  name: string,
  environment: NodeJS.ProcessEnv,
): Promise<ResolvedDatabase> {
  const database = config.databases.get(name)
  if (database === undefined) throw unknownDatabase(config, name)
  const secrets = new Secrets(database, environment)
  const written = await secrets.read('url', database.urlReference)
  const url = written !== null && database.tls !== null ? withoutTlsParameters(written) : written
  const ssl = database.tls === null ? null : await readTls(database.tls, secrets)
  if (url !== null) checkUrl(url, database, secrets)
  if (ssl !== null && database.tls !== null) checkTls(ssl, database.tls, secrets)
  secrets.throwIfAny()
  return {
    name,
    url: url as string,
    ssl,
    maxConcurrency: database.maxConcurrency,
    statementTimeoutMs: database.statementTimeoutMs,
    role: database.role,
  }
}

/** Reads the secrets of a database one by one, and remembers what was wrong. */
class Secrets {
  readonly #database: DatabaseConfig
  readonly #environment: NodeJS.ProcessEnv
  readonly #faults: Fault[] = []

  constructor(database: DatabaseConfig, environment: NodeJS.ProcessEnv) {
    this.#database = database
    this.#environment = environment
  }

  /** Null when there is none, or it could not be read. */
  async read(key: string, reference: SecretReference | null): Promise<string | null> {
    if (reference === null) return null
    const read = await readSecret(reference, this.#ownerOf(key), this.#environment)
    if ('value' in read) return read.value
    this.#faults.push(read.fault)
    return null
  }

  refuse(key: string, reference: SecretReference, why: string): void {
    this.#faults.push(secretFault(this.#ownerOf(key), reference, why))
  }

  throwIfAny(): void {
    const [first, ...rest] = this.#faults
    if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  }

  #ownerOf(key: string): string {
    return `databases.${this.#database.name}.${key}`
  }
}

async function readTls(tls: TlsConfig, secrets: Secrets): Promise<ResolvedTls> {
  return {
    mode: tls.mode,
    ca: await secrets.read('tls.ca', tls.ca),
    cert: await secrets.read('tls.cert', tls.cert),
    key: await secrets.read('tls.key', tls.key),
  }
}

function checkUrl(url: string, database: DatabaseConfig, secrets: Secrets): void {
  try {
    describeServer(url)
  } catch (thrown) {
    const why = thrown instanceof QueryPoolError ? thrown.message : 'it is no URL'
    secrets.refuse('url', database.urlReference, why.replace(/^The database URL is malformed: |\.$/g, ''))
  }
}

/** Certificates that OpenSSL cannot load would else be found out by each connection. */
function checkTls(ssl: ResolvedTls, tls: TlsConfig, secrets: Secrets): void {
  if (ssl.ca !== null && tls.ca !== null && !isCertificate(ssl.ca)) {
    secrets.refuse('tls.ca', tls.ca, 'it holds no certificate in PEM')
  }
  if (ssl.cert === null || ssl.key === null || tls.cert === null || tls.key === null) return
  if (!isCertificate(ssl.cert)) {
    secrets.refuse('tls.cert', tls.cert, 'it holds no certificate in PEM')
    return
  }
  try {
    createSecureContext({ cert: ssl.cert, key: ssl.key })
  } catch {
    secrets.refuse('tls.key', tls.key, 'it is not the key of the certificate, in PEM and without a passphrase')
  }
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}

function unknownDatabase(config: Config, name: string): QueryPoolError {
  const names = [...config.databases.keys()]
  // It may be a URL with a password that was mistyped.
  const shown = shownPart(name, 'of that name')
  const message = `There is no database ${shown}.${didYouMean(name, names)}`
  return new QueryPoolError('QP_DATABASE_UNKNOWN', message, { remedy: remedyOfUnknown(config.file, names) })
}

function remedyOfUnknown(file: string | null, names: readonly string[]): string {
  if (file === null) return 'There is no configuration file: make a querypool.yaml, or name one in QUERYPOOL_CONFIG.'
  if (names.length === 0) return `${file} names no database: add it under \`databases\`.`
  const more = names.length > maxShownNames ? ` and ${names.length - maxShownNames} more` : ''
  return `${file} has ${names.slice(0, maxShownNames).join(', ')}${more}: name one of these, or add it there.`
}
