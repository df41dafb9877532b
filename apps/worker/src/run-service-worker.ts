import { setTimeout as wait } from 'node:timers/promises'
import { asQueryPoolError, QueryPoolError } from '@querypool/shared/errors'
import { readHealthAddress, serveHealth } from '@querypool/shared/health'
import { openLog, readLogSettings, troubleLog } from '@querypool/shared/log'
import { type Announcement, checkRedis, connectRedis, findInstallations } from '@querypool/shared/queue'
import { openStore } from '@querypool/shared/result'
import { onStopSignal } from '@querypool/shared/stop'
import { CommanderError } from 'commander'
import { readServiceSettings, type ServiceSettings } from './service-settings.ts'
import { type RunningWorker, startWorker } from './start-worker.ts'
import { WorkerMetrics } from './worker-metrics.ts'

const lookMs = 1000

/** A worker of an installation, until SIGTERM or Ctrl-C. Sets the exit status of the process; never throws. */
export async function runServiceWorker(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const stopping = new AbortController()
  onStopSignal(() => stopping.abort())
  try {
    await serve(await readServiceSettings(argv, environment), environment, stopping.signal)
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? 0 : 2
      return
    }
    const error = asQueryPoolError(thrown)
    process.stderr.write(`${error.format()}\n`)
    process.exit(error.exitStatus)
  }
}

async function serve(settings: ServiceSettings, environment: NodeJS.ProcessEnv, stopping: AbortSignal): Promise<void> {
  const log = openLog('worker', readLogSettings(environment, process.stderr.isTTY === true))
  const metrics = new WorkerMetrics()
  let worker: RunningWorker | null = null
  await checkRedis(settings.redisUrl)
  const health = readHealthAddress(environment)
  const server =
    health &&
    (await serveHealth(health, {
      stuck: async () => (worker === null ? 'no overseer has announced itself yet' : worker.stuck()),
      metrics: () => metrics.read(),
    }))
  try {
    const found = await findOne(settings, stopping, () => log.info('Waiting for an overseer: querypool serve.'))
    if (found === null) return
    await refuseOtherStore(settings, found)
    const { redisUrl, storeLocation, name, concurrency, graceMs, maxResultBytes, lockMs } = settings
    worker = await startWorker(
      {
        redisUrl,
        storeLocation,
        name,
        concurrency,
        graceMs,
        maxResultBytes,
        installation: found.installation,
        lanes: [...settings.lanes],
        privateRun: null,
        lockMs,
      },
      { metrics, onTrouble: troubleLog(log) },
    )
    const databases = settings.lanes.map(({ database }) => database.name)
    log.info({ worker: name, concurrency, databases, health: server?.url }, 'The worker takes queries.')
    if (!stopping.aborted) await new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }))
    log.info('The worker stops: it lets running queries finish for a while, then gives them back.')
    await worker.stop()
  } finally {
    await server?.close()
  }
}

/** The installation that this Redis is used by; waits until there is one. Null: asked to stop before. */
async function findOne(
  { redisUrl, installation }: ServiceSettings,
  stopping: AbortSignal,
  onWait: () => void,
): Promise<Announcement | null> {
  const redis = connectRedis(redisUrl)
  let hasTold = false
  try {
    while (!stopping.aborted) {
      const all = await findInstallations(redis)
      const found = installation === null ? all : all.filter((one) => one.installation === installation)
      if (found.length > 1) throw severalInstallations(found)
      if (found[0]) return found[0]
      if (!hasTold) onWait()
      hasTold = true
      await wait(lookMs, undefined, { signal: stopping }).catch(() => {})
    }
    return null
  } finally {
    redis.disconnect()
  }
}

function severalInstallations(found: readonly Announcement[]): QueryPoolError {
  const names = found.map(({ installation }) => installation).join(', ')
  return new QueryPoolError('QP_NO_INSTALLATION', `The Redis is used by several installations: ${names}.`)
}

async function refuseOtherStore({ storeLocation }: ServiceSettings, { storeId }: Announcement): Promise<void> {
  const store = await openStore(storeLocation)
  if (store.id === storeId) return
  throw new QueryPoolError('QP_STORE_MISMATCH', `${storeLocation} is not the result store of the overseers.`, {
    remedy:
      'Name the store of the overseers in QUERYPOOL_RESULTS: mount the same folder here, or give the same s3:// URL.',
  })
}
