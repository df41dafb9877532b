import { type OnFailure, refusePublishName, type SnapshotMode } from '@querypool/shared/batch'
import { addressOf, type Config, readConfig } from '@querypool/shared/config'
import { checkReachable } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { checkRedis } from '@querypool/shared/queue'
import { openServices, readSettings, type Services, type Settings } from '../../environment/index.ts'
import type { Attendant } from '../../private-run/index.ts'
import {
  chooseDatabase,
  type RunnableBatch,
  readRunnable,
  startPrivateRun,
  submitSharedRun,
  type Wanted,
  type WantedPrivately,
} from '../../submit/index.ts'
import { Interruption } from '../interruption.ts'
import { openBatch } from '../open-batch.ts'
import { defaultWorkers, readWorkers } from '../read-workers.ts'
import { type SeeingOptions, seeThrough, tell, tellWithoutOverseer } from '../views/see-through.ts'

/** The options of `querypool run`, as they were given. */
export interface RunOptions extends SeeingOptions {
  readonly batch?: string
  readonly database?: string
  readonly workers?: string
  readonly param: ReadonlyMap<string, string>
  readonly select: readonly string[]
  readonly publish?: string
  readonly onFailure?: OnFailure
  readonly snapshot?: SnapshotMode
  /** False: take no results of runs before. */
  readonly cache: boolean
  readonly key?: string
}

/**
 * Runs a batch file, or standard input: on the installation's workers, or as a private run. Everything that can be wrong with what was given
 * is told before anything starts.
 * @throws QueryPoolError
 */
export async function runBatch(file: string, options: RunOptions): Promise<void> {
  const startedMs = performance.now()
  // Overwrites this process's arguments, where anybody on the machine could read the password of the database.
  process.title = 'querypool run'
  const workers = options.workers === undefined ? null : readWorkers(options.workers)
  const config = await readConfig(process.env)
  const publish = readPublish(options.publish)
  const runnable = await readRunnable(openBatch(file, options.batch), {
    given: options.param,
    selectors: options.select,
    takesCached: options.cache,
    maxQueries: config.limits.maxQueries,
    ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
  })
  try {
    await runRunnable(runnable, { workers, config, publish, startedMs }, options)
  } finally {
    await runnable.queries.close()
  }
}

interface Circumstances {
  readonly workers: number | null
  readonly config: Config
  /** The queue given on the command line; null: none. */
  readonly publish: string | null
  readonly startedMs: number
}

async function runRunnable(
  { batch, queries, snapshot }: RunnableBatch,
  { workers, config, publish, startedMs }: Circumstances,
  options: RunOptions,
): Promise<void> {
  const choice = await chooseDatabase(options.database ?? batch.database, workers !== null, config, process.env)
  const settings = readSettings(process.env, config)
  if (choice.database) await checkReachable(addressOf(choice.database))
  const services = await openServices(settings, (message) => tell(`${message} …`))
  const interruption = new Interruption()
  try {
    const { databaseName } = choice
    const wanted: Wanted = {
      batch: batch.name,
      file: batch.file,
      queries,
      key: options.key ?? null,
      publish: publish ?? batch.publish,
      onFailure: options.onFailure ?? batch.onFailure ?? 'continue',
      snapshot,
      identical: batch.identical ?? 'each',
      maxParallel: batch.maxParallel,
      takesCached: options.cache,
      notify: batch.notify,
      keepMs: batch.keepMs,
      databaseName,
    }
    const { run, attendant } = choice.database
      ? await startPrivately(services, settings, {
          ...wanted,
          database: choice.database,
          workers: workers ?? defaultWorkers,
          maxResultBytes: config.limits.maxResultBytes,
          allowPrivate: config.notify.allowPrivate,
        })
      : await submitShared(services, wanted, config, options)
    await seeThrough(services, { run, attendant }, interruption, options, startedMs)
  } finally {
    await services.close()
  }
}

async function startPrivately(
  services: Services,
  settings: Settings,
  wanted: WantedPrivately,
): Promise<{ run: string; attendant: Attendant | null }> {
  await checkRedis(services.redisUrl)
  return startPrivateRun(services, settings, wanted, tell)
}

async function submitShared(
  services: Services,
  wanted: Wanted,
  config: Config,
  options: RunOptions,
): Promise<{ run: string; attendant: null }> {
  const maxConcurrency = config.databases.get(wanted.databaseName)?.maxConcurrency ?? null
  const run = await submitSharedRun(services, wanted, maxConcurrency, options.output !== undefined)
  await tellWithoutOverseer(services.journal, run)
  return { run, attendant: null }
}

function readPublish(given: string | undefined): string | null {
  const refusal = given === undefined ? null : refusePublishName(given)
  if (refusal !== null) throw new QueryPoolError('QP_PUBLISH_NAME', `--publish: ${refusal}`)
  return given ?? null
}
