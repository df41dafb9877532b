import { addressOf, type Config, readConfig } from '@querypool/shared/config'
import { checkReachable } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { type RunView, readRun } from '@querypool/shared/journal'
import { checkRedis } from '@querypool/shared/queue'
import { isTerminal } from '@querypool/shared/run'
import { openServices, readSettings, type Services, type Settings } from '../../environment/index.ts'
import type { Attendant } from '../../private-run/index.ts'
import { chooseDatabase, type PrivateMeans, retryPrivateRun, retrySharedRun } from '../../submit/index.ts'
import { Interruption } from '../interruption.ts'
import { readWorkers } from '../read-workers.ts'
import { requester } from '../requester.ts'
import { type SeeingOptions, seeThrough, tell, tellWithoutOverseer } from '../views/see-through.ts'

/** The options of `querypool retry`, as they were given. */
export interface RetryOptions extends SeeingOptions {
  readonly database?: string
  readonly workers?: string
}

/**
 * Runs what did not succeed of a run again, in a new generation of it, with the same SQL, parameters and options.
 * @throws QueryPoolError
 */
export async function retryRun(runName: string, options: RetryOptions): Promise<void> {
  const startedMs = performance.now()
  // Overwrites this process's arguments, where anybody on the machine could read the password of the database.
  process.title = 'querypool retry'
  const workers = options.workers === undefined ? null : readWorkers(options.workers)
  const config = await readConfig(process.env)
  const settings = readSettings(process.env, config)
  const services = await openServices(settings, (message) => tell(`${message} …`))
  const interruption = new Interruption()
  try {
    const over = await readRun(services.journal, runName)
    refuseUnlessRetriable(over)
    if (over.snapshot !== null)
      tell(`The queries of run ${over.run} share a snapshot, so all of them run again in a new one.`)
    const attendant = over.private
      ? await retryPrivately(services, settings, over, await meansOf(over, options.database, workers, config))
      : await retryShared(services, over, options)
    await seeThrough(services, { run: over.run, attendant }, interruption, options, startedMs)
  } finally {
    await services.close()
  }
}

/** Here too, so that nothing is started in vain; what counts is that the journal looks again. */
function refuseUnlessRetriable({ run, state, counts, queryCount }: RunView): void {
  if (!isTerminal(state)) throw new QueryPoolError('QP_RUN_NOT_OVER', `The run ${run} is not over: it is ${state}.`)
  if (counts.succeeded === queryCount)
    throw new QueryPoolError('QP_NOTHING_TO_RETRY', `All queries of the run ${run} have succeeded.`)
}

async function retryShared(services: Services, over: RunView, { database, workers }: RetryOptions): Promise<null> {
  if (workers !== undefined)
    throw new QueryPoolError('QP_USAGE', `The run ${over.run} has no workers of its own: it uses the shared ones.`)
  if (database !== undefined && database !== over.database) throw otherDatabase(over)
  await retrySharedRun(services, over, requester())
  await tellWithoutOverseer(services.journal, over.run)
  return null
}

async function retryPrivately(
  services: Services,
  settings: Settings,
  over: RunView,
  means: PrivateMeans,
): Promise<Attendant> {
  await checkReachable(addressOf(means.database))
  await checkRedis(services.redisUrl)
  return retryPrivateRun(services, settings, over, means, requester(), tell)
}

async function meansOf(
  over: RunView,
  given: string | undefined,
  workers: number | null,
  config: Config,
): Promise<PrivateMeans> {
  if (given === undefined && !config.databases.has(over.database))
    throw new QueryPoolError(
      'QP_RETRY_DATABASE',
      `The run ${over.run} was on ${over.database}, whose URL is not stored.`,
    )
  const { database, databaseName } = await chooseDatabase(given ?? over.database, true, config, process.env)
  if (database === null || databaseName !== over.database) throw otherDatabase(over)
  return {
    database,
    workers: workers ?? over.slots,
    maxResultBytes: config.limits.maxResultBytes,
    allowPrivate: config.notify.allowPrivate,
  }
}

function otherDatabase({ run, database }: RunView): QueryPoolError {
  return new QueryPoolError('QP_RETRY_DATABASE', `The run ${run} was on ${database}, and not on the database given.`)
}
