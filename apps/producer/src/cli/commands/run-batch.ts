import { resolve } from 'node:path'
import { bindArguments, type OnFailure, readBatchFile, refusePublishName, selectQueries } from '@querypool/shared/batch'
import { addressOf, type Config, readConfig } from '@querypool/shared/config'
import { checkReachable } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { countOverseers, type RunView, readRun, requestCancel } from '@querypool/shared/journal'
import { checkRedis } from '@querypool/shared/queue'
import { isTerminal } from '@querypool/shared/run'
import { openServices, readSettings, type Services, type Settings } from '../../environment/index.ts'
import type { Attendant } from '../../private-run/index.ts'
import {
  chooseDatabase,
  startPrivateRun,
  submitSharedRun,
  type Wanted,
  type WantedPrivately,
} from '../../submit/index.ts'
import { Interruption } from '../interruption.ts'
import { printJson } from '../print-json.ts'
import { requester } from '../requester.ts'
import { copyResults } from '../views/copy-results.ts'
import { exitStatusOf } from '../views/exit-status-of.ts'
import { printSummary } from '../views/print-summary.ts'
import { runDocument } from '../views/run-document.ts'
import { watchRun } from '../views/watch-run.ts'

/** The options of `querypool run`, as they were given. */
export interface RunOptions {
  readonly database?: string
  readonly workers?: string
  readonly param: ReadonlyMap<string, string>
  readonly select: readonly string[]
  readonly publish?: string
  readonly onFailure?: OnFailure
  readonly output?: string
  readonly detach?: true
  readonly key?: string
  readonly json?: true
}

const defaultWorkers = 5
const mostWorkers = 1000

/**
 * Runs a batch file: on the installation's workers, or as a private run. Everything that can be wrong with what was given
 * is told before anything starts.
 * @throws QueryPoolError
 */
export async function runBatch(file: string, options: RunOptions): Promise<void> {
  const startedMs = performance.now()
  // Overwrites this process's arguments, where anybody on the machine could read the password of the database.
  process.title = 'querypool run'
  const workers = options.workers === undefined ? null : readWorkers(options.workers)
  const config = await readConfig(process.env)
  const all = await readBatchFile(file)
  const choice = await chooseDatabase(options.database ?? all.database, workers !== null, config, process.env)
  const publish = readPublish(options.publish) ?? all.publish
  const batch = options.select.length > 0 ? selectQueries(all, [...options.select]) : all
  const queries = bindArguments(batch, options.param)
  refuseTooMany(file, queries.length, config.limits.maxQueries)
  const settings = readSettings(process.env, config)
  if (choice.database) await checkReachable(addressOf(choice.database))
  const services = await openServices(settings, (message) => tell(`${message} …`))
  const interruption = new Interruption()
  try {
    const { databaseName } = choice
    const onFailure = options.onFailure ?? all.onFailure ?? 'continue'
    const wanted = { batch: batch.name, file, queries, key: options.key ?? null, publish, onFailure, databaseName }
    const { run, attendant } = choice.database
      ? await startPrivately(services, settings, {
          ...wanted,
          database: choice.database,
          workers: workers ?? defaultWorkers,
          maxResultBytes: config.limits.maxResultBytes,
        })
      : await submitShared(services, wanted, config, options)
    const startupMs = performance.now() - startedMs
    const view = await readRun(services.journal, run)
    if (options.detach) {
      attendant?.leave()
      if (options.json) printJson({ runId: run, batch: view.batch, state: view.state })
      else tell(`Run ${run} goes on by itself. See: querypool status ${run} --watch`)
      return
    }
    const ended = await attendToEnd(services, run, attendant, interruption, options.json === true)
    interruption.end()
    if (ended === null) return
    await showEnd(services, ended, options, startupMs)
    process.exitCode = exitStatusOf(ended.state)
    await attendant?.ended()
  } finally {
    interruption.end()
    await services.close()
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
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
  if ((await countOverseers(services.journal)) === 0)
    tell(`No overseer is running, so run ${run} waits until one is: querypool serve (or: querypool up).`)
  return { run, attendant: null }
}

function refuseTooMany(file: string, queries: number, most: number): void {
  if (queries <= most) return
  throw new QueryPoolError('QP_TOO_MANY_QUERIES', `${file} has ${queries} queries; a run may have ${most}.`)
}

/** Watches a run to its end. Ctrl-C asks for a cancel, twice leaves: then null is returned. */
async function attendToEnd(
  services: Services,
  run: string,
  attendant: Attendant | null,
  interruption: Interruption,
  isQuiet: boolean,
): Promise<RunView | null> {
  const leaving = new AbortController()
  interruption.actWith((count) => {
    if (count > 1) return leaving.abort()
    requestCancel(services.journal, run, requester()).catch(() => {
      tell('The journal does not answer; press Ctrl-C again to leave.')
    })
  })
  const out = process.stderr
  const view = await watchRun(services.journal, run, {
    out,
    isInteractive: out.isTTY === true && !isQuiet,
    signal: leaving.signal,
    redisUrl: services.redisUrl,
  })
  if (isTerminal(view.state)) return view
  attendant?.leave()
  const fate = view.cancelRequestedAt === null ? 'is left to itself' : 'is cancelled without this command'
  tell(`Run ${run} ${fate}. Come back with: querypool status ${run} --watch`)
  process.exitCode = 4
  return null
}

async function showEnd(services: Services, run: RunView, options: RunOptions, startupMs: number): Promise<void> {
  const folder = options.output === undefined ? null : resolve(options.output)
  if (folder !== null) await copyResults(services, run, folder)
  if (options.json) printJson(await runDocument(services.journal, run, { startupMs }))
  else await printSummary(services.journal, run, process.stdout, folder)
}

function readPublish(given: string | undefined): string | null {
  const refusal = given === undefined ? null : refusePublishName(given)
  if (refusal !== null) throw new QueryPoolError('QP_PUBLISH_NAME', `--publish: ${refusal}`)
  return given ?? null
}

function readWorkers(given: string | undefined): number {
  if (given === undefined) return defaultWorkers
  const workers = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (workers >= 1 && workers <= mostWorkers) return workers
  throw new QueryPoolError('QP_WORKERS', `--workers takes a whole number from 1 to ${mostWorkers}, not "${given}".`)
}
