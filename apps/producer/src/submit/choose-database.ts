import { type Config, databaseOfUrl, type ResolvedDatabase, resolveDatabase } from '@querypool/shared/config'
import { describeServer } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'

/** Where a run runs, and on whose workers. */
export interface Choice {
  /** A shared run is done by the installation's overseers and workers, a private one by processes of its own. */
  readonly kind: 'shared' | 'private'
  /** Null in a shared run, which needs no more of the database than its name. */
  readonly database: ResolvedDatabase | null
  readonly databaseName: string
}

/**
 * Finds the database of a run: a name in the configuration, or a URL, which makes the run a private one, as a number of
 * workers does. A URL of a server that the configuration names too is under that one's limit.
 *
 * @param given on the command line, or else in the batch; null: neither
 * @throws QP_USAGE, QP_DATABASE_UNKNOWN, QP_DATABASE_URL; InvalidDefinition when a secret cannot be read
 */
export async function chooseDatabase(
  given: string | null,
  wantsWorkers: boolean,
  config: Config,
  environment: NodeJS.ProcessEnv,
): Promise<Choice> {
  if (given === null)
    throw new QueryPoolError('QP_USAGE', 'No database is named.', {
      remedy: 'Add --database postgres://user:password@host:port/database, or a name from querypool.yaml.',
    })
  if (given.includes(':')) {
    const databaseName = describeServer(given)
    return { kind: 'private', database: await limitedAsConfigured(given, config, environment), databaseName }
  }
  if (!wantsWorkers && config.databases.has(given)) return { kind: 'shared', database: null, databaseName: given }
  const database = await resolveDatabase(config, given, environment)
  return { kind: 'private', database, databaseName: given }
}

/** A database of that URL, with the name and the limit of a configured one at the same address. */
async function limitedAsConfigured(
  url: string,
  config: Config,
  environment: NodeJS.ProcessEnv,
): Promise<ResolvedDatabase> {
  const where = describeServer(url)
  for (const name of config.databases.keys()) {
    const known = await resolveDatabase(config, name, environment).catch(() => null)
    if (known && describeServer(known.url) === where)
      return {
        ...databaseOfUrl(url),
        name,
        maxConcurrency: known.maxConcurrency,
        statementTimeoutMs: known.statementTimeoutMs,
      }
  }
  return databaseOfUrl(url)
}
