import type { Config } from '@querypool/shared/config'
import { connectRedis, findInstallations, keyPrefix, readWorkers, type WorkerRecord } from '@querypool/shared/queue'
import { type Check, ok, warn } from './check.ts'

/** Who works for an installation, as Redis knows it. */
export interface Crew {
  readonly workers: readonly WorkerRecord[]
  /** The id of the result store that its overseers announce; null: none does. */
  readonly announcedStoreId: string | null
}

/** Reads who works for an installation. Redis must be known to answer, and to let us write: reading tidies up. */
export async function readCrew(redisUrl: string, installation: string): Promise<Crew> {
  const redis = connectRedis(redisUrl, { commandTimeout: 8000, maxRetriesPerRequest: 1 })
  try {
    const announced = (await findInstallations(redis)).find((one) => one.installation === installation)
    return {
      workers: await readWorkers(redis, keyPrefix(installation)),
      announcedStoreId: announced?.storeId ?? null,
    }
  } finally {
    redis.disconnect()
  }
}

/**
 * Says whether the databases of a configuration are served. Nothing to say when it has none: runs are private then.
 * @param overseers how many live; null: nobody could be asked, as with `crew`
 */
export function checkCrew(config: Config, overseers: number | null, crew: Crew | null, version: string): Check[] {
  if (config.databases.size === 0) return []
  return [
    ...(overseers === null ? [] : [judgeOverseers(overseers)]),
    ...(crew === null ? [] : judgeCrew(config, crew, version)),
  ]
}

function judgeCrew(config: Config, { workers }: Crew, version: string): Check[] {
  const checks = [judgeWorkers(workers)]
  const unserved = [...config.databases.keys()].filter((name) => !workers.some((one) => one.databases.includes(name)))
  if (workers.length > 0 && unserved.length > 0) {
    const remedy = 'Start a worker with its --database, or with none: that serves all. Its runs wait until then.'
    checks.push(warn('Databases served', `no worker serves ${unserved.join(', ')}`, remedy))
  }
  const others = workers.filter((worker) => worker.version !== version)
  if (others.length > 0) {
    const named = others.map((worker) => `${worker.id} ${worker.version}`).join(', ')
    checks.push(warn('Versions', `this is ${version}, but there are ${named}`, 'Run the same version everywhere.'))
  }
  return checks
}

function judgeOverseers(count: number): Check {
  if (count > 0) return ok('Overseers', count === 1 ? '1 lives' : `${count} live`)
  return warn('Overseers', 'none lives', 'Start `querypool serve`: runs that are submitted wait until then.')
}

function judgeWorkers(workers: readonly WorkerRecord[]): Check {
  if (workers.length === 0)
    return warn('Workers', 'none lives', 'Start `querypool worker`: runs that are submitted wait until then.')
  const slots = workers.reduce((sum, worker) => sum + worker.concurrency, 0)
  const message = `${workers.length === 1 ? '1 lives' : `${workers.length} live`}, ${slots} slots in all`
  const idle = workers.filter((worker) => worker.state !== 'working').map((worker) => `${worker.id} ${worker.state}`)
  if (idle.length < workers.length) return ok('Workers', idle.length === 0 ? message : `${message}; ${idle.join(', ')}`)
  return warn('Workers', `none takes queries: ${idle.join(', ')}`, 'Let them work again, or start others.')
}
