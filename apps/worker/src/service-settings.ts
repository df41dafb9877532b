import { hostname } from 'node:os'
import { readConfig, readServerUrl, resolveDatabase } from '@querypool/shared/config'
import { parseDuration } from '@querypool/shared/duration'
import { QueryPoolError } from '@querypool/shared/errors'
import { sharedQueueNames } from '@querypool/shared/queue'
import { storeLocation } from '@querypool/shared/result'
import { Command, InvalidArgumentError } from 'commander'
import type { Lane } from './worker-orders.ts'

/** What a worker of an installation goes by. */
export interface ServiceSettings {
  readonly redisUrl: string
  readonly storeLocation: string
  /** QUERYPOOL_INSTALLATION; null: the only one that uses the Redis. */
  readonly installation: string | null
  readonly name: string
  readonly concurrency: number
  readonly lanes: readonly Lane[]
  readonly graceMs: number
  readonly maxResultBytes: number | null
  /** How long a job stays with it without a renewal. */
  readonly lockMs: number
}

const mostConcurrency = 1000

/**
 * Reads arguments, environment and configuration.
 * @throws CommanderError for wrong usage; QP_REDIS_URL, QP_STORE_UNUSABLE, QP_NO_DATABASE_CONFIGURED, QP_DATABASE_UNKNOWN,
 * what reading the configuration throws
 */
export async function readServiceSettings(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ServiceSettings> {
  const options = workerOptions().parse(argv).opts<WorkerOptions>()
  const config = await readConfig(environment)
  const names = options.database.length > 0 ? [...new Set(options.database)] : [...config.databases.keys()]
  if (names.length === 0) throw new QueryPoolError('QP_NO_DATABASE_CONFIGURED', 'The worker has no database to serve.')
  const named = environment.QUERYPOOL_RESULTS || config.storeLocation
  if (!named)
    throw new QueryPoolError('QP_STORE_UNUSABLE', 'No result store is named.', {
      remedy: 'Name its folder or its s3:// URL in QUERYPOOL_RESULTS, or under `store` in querypool.yaml.',
    })
  const redisUrl = readServerUrl('REDIS_URL', environment)
  if (redisUrl === null) throw new QueryPoolError('QP_REDIS_URL', 'REDIS_URL is not set.')
  const lanes: Lane[] = []
  for (const name of names) {
    const database = await resolveDatabase(config, name, environment)
    lanes.push({ queue: sharedQueueNames(name).queries, database })
  }
  return {
    redisUrl,
    storeLocation: storeLocation(named),
    installation: environment.QUERYPOOL_INSTALLATION || null,
    name: options.name ?? `${hostname()}-${process.pid}`,
    concurrency: options.concurrency,
    lanes,
    graceMs: options.grace,
    maxResultBytes: config.limits.maxResultBytes,
    lockMs: config.timing.workerLockMs,
  }
}

interface WorkerOptions {
  readonly concurrency: number
  readonly database: readonly string[]
  readonly name?: string
  readonly grace: number
}

function workerOptions(): Command {
  return new Command('querypool worker')
    .exitOverride()
    .showSuggestionAfterError()
    .option('--concurrency <n>', 'how many queries may run at once', readConcurrency, 5)
    .option('--database <name>', 'a database to serve; repeatable (default: all)', collect, [])
    .option('--name <name>', 'what to be called (default: host and process id)', readName)
    .option('--grace <duration>', 'how long running queries may go on when asked to stop', readGrace, 10_000)
}

function readConcurrency(given: string): number {
  const n = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (n >= 1 && n <= mostConcurrency) return n
  throw new InvalidArgumentError(`Give a whole number from 1 to ${mostConcurrency}.`)
}

function readName(given: string): string {
  if (/^[\w.-]{1,64}$/.test(given)) return given
  throw new InvalidArgumentError('Use letters, digits, `.`, `_` and `-`, 64 at most.')
}

function readGrace(given: string): number {
  const ms = parseDuration(given)
  if (ms !== null) return ms
  throw new InvalidArgumentError('Give a duration, such as 30s.')
}

function collect(given: string, before: readonly string[]): readonly string[] {
  return [...before, given]
}
