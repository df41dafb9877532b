import { hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'
import { type BoundQuery, bindArguments, readBatchFile, selectQueries } from '@querypool/shared/batch'
import { checkReachable, describeServer } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { hasOverseer, type RunView, readRun, requestCancel, submitRun } from '@querypool/shared/journal'
import { checkRedis } from '@querypool/shared/queue'
import { isTerminal, newRunId } from '@querypool/shared/run'
import { openServices, readSettings, type Services, type Settings } from '../../environment/index.ts'
import { type Attendant, attendRun, type PrivateOrders } from '../../private-run/index.ts'
import { printJson } from '../print-json.ts'
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
  readonly output?: string
  readonly detach?: true
  readonly key?: string
  readonly json?: true
}

const defaultWorkers = 5
const mostWorkers = 1000

/**
 * Runs a batch file as a private run. Everything that can be wrong with what was given is told before anything starts.
 * @throws QueryPoolError
 */
export async function runBatch(file: string, options: RunOptions): Promise<void> {
  const startedMs = performance.now()
  // Overwrites this process's arguments, where anybody on the machine could read the password of the database.
  process.title = 'querypool run'
  const workers = readWorkers(options.workers)
  const databaseUrl = readDatabase(options.database)
  const all = await readBatchFile(file)
  const batch = options.select.length > 0 ? selectQueries(all, [...options.select]) : all
  const queries = bindArguments(batch, options.param)
  const settings = readSettings(process.env)
  const tell = (line: string): void => void process.stderr.write(`${line}\n`)
  await checkReachable(databaseUrl)
  const services = await openServices(settings, (message) => tell(`${message} …`))
  try {
    await checkRedis(services.redisUrl)
    const submission = { batch: batch.name, file, workers, databaseUrl, queries, key: options.key ?? null }
    const { run, attendant } = await startRun(services, settings, submission)
    const startupMs = performance.now() - startedMs
    const view = await readRun(services.journal, run)
    if (options.detach) {
      attendant?.leave()
      if (options.json) printJson({ runId: run, batch: view.batch, state: view.state })
      else tell(`Run ${run} goes on by itself. See: querypool status ${run} --watch`)
      return
    }
    const ended = await attendToEnd(services, run, attendant, tell, options.json === true)
    if (ended === null) return
    await showEnd(services, ended, options, startupMs)
    process.exitCode = exitStatusOf(ended.state)
    await attendant?.ended()
  } finally {
    await services.close()
  }
}

interface PrivateSubmission {
  readonly batch: string
  readonly file: string
  readonly workers: number
  readonly databaseUrl: string
  readonly queries: readonly BoundQuery[]
  readonly key: string | null
}

/** Starts a run, or joins the one that has its key: as a watcher, or as its new attendant when it was abandoned. */
async function startRun(
  services: Services,
  settings: Settings,
  submission: PrivateSubmission,
): Promise<{ run: string; attendant: Attendant | null }> {
  const { journal } = services
  const earlier = submission.key === null ? null : await findByKey(services, submission.key)
  if (earlier && (isTerminal(earlier.state) || (await hasOverseer(journal, earlier.run))))
    return { run: earlier.run, attendant: null }
  const run = earlier?.run ?? newRunId()
  const isEmbedded = settings.journalUrl === null || settings.redisUrl === null
  const orders: PrivateOrders = {
    run,
    redisUrl: services.redisUrl,
    journalUrl: services.journalUrl,
    databaseUrl: submission.databaseUrl,
    resultsFolder: settings.resultsFolder,
    embedded: isEmbedded ? { home: settings.home, redisServer: settings.redisServer } : null,
    concurrency: submission.workers,
  }
  const attendant = await attendRun(journal, orders)
  if (earlier) return { run, attendant }
  const submitted = await submitRun(
    journal,
    {
      run,
      key: submission.key,
      batch: submission.batch,
      file: submission.file,
      database: describeServer(submission.databaseUrl),
      private: true,
      slots: submission.workers,
      storeId: services.store.id,
    },
    submission.queries,
  ).catch((error: unknown) => {
    attendant.leave()
    throw error
  })
  if (submitted.isNew) return { run, attendant }
  attendant.leave()
  return { run: submitted.run, attendant: null }
}

async function findByKey(services: Services, key: string): Promise<RunView | null> {
  return readRun(services.journal, key).then(
    (view) => (view.key === key ? view : null),
    (error: unknown) => {
      if (error instanceof QueryPoolError && error.code === 'QP_RUN_NOT_FOUND') return null
      throw error
    },
  )
}

/** Watches a run to its end. Ctrl-C asks for a cancel, twice leaves: then null is returned. */
async function attendToEnd(
  services: Services,
  run: string,
  attendant: Attendant | null,
  tell: (line: string) => void,
  isQuiet: boolean,
): Promise<RunView | null> {
  const leaving = new AbortController()
  let interrupts = 0
  const interrupt = (): void => {
    interrupts++
    if (interrupts === 1) {
      requestCancel(services.journal, run, `${userInfo().username}@${hostname()}`).catch(() => {
        tell('The journal does not answer; press Ctrl-C again to leave.')
      })
    } else leaving.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    const out = process.stderr
    const view = await watchRun(services.journal, run, {
      out,
      isInteractive: out.isTTY === true && !isQuiet,
      signal: leaving.signal,
    })
    if (isTerminal(view.state)) return view
    attendant?.leave()
    const fate = view.cancelRequestedAt === null ? 'is left to itself' : 'is cancelled without this command'
    tell(`Run ${run} ${fate}. Come back with: querypool status ${run} --watch`)
    process.exitCode = 4
    return null
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

async function showEnd(services: Services, run: RunView, options: RunOptions, startupMs: number): Promise<void> {
  const folder = options.output === undefined ? null : resolve(options.output)
  if (folder !== null) await copyResults(services, run, folder)
  if (options.json) printJson(await runDocument(services.journal, run, { startupMs }))
  else await printSummary(services.journal, run, process.stdout, folder)
}

function readWorkers(given: string | undefined): number {
  if (given === undefined) return defaultWorkers
  const workers = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (workers >= 1 && workers <= mostWorkers) return workers
  throw new QueryPoolError('QP_WORKERS', `--workers takes a whole number from 1 to ${mostWorkers}, not "${given}".`)
}

function readDatabase(given: string | undefined): string {
  if (given === undefined)
    throw new QueryPoolError('QP_USAGE', 'No database is named.', {
      remedy: 'Add --database postgres://user:password@host:port/database',
    })
  if (/^[A-Za-z_][\w-]*$/.test(given))
    throw new QueryPoolError('QP_DATABASE_UNKNOWN', `There is no database named "${given}".`)
  describeServer(given)
  return given
}
