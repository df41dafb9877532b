import { readConfig } from '@querypool/shared/config'
import { QueryPoolError } from '@querypool/shared/errors'
import { readHealthAddress, serveHealth } from '@querypool/shared/health'
import { announceOverseer, claimInstallationStore } from '@querypool/shared/journal'
import { openLog, readLogSettings, troubleLog } from '@querypool/shared/log'
import { announceInstallation, checkRedis } from '@querypool/shared/queue'
import { locateServers, openServices, readSettings, type Services } from '../environment/index.ts'
import { startOverseer } from '../overseer/index.ts'
import { openCharges } from './open-charges.ts'
import { overseerMetrics } from './overseer-metrics.ts'
import { overseerStuck } from './overseer-stuck.ts'

const announceMs = 5000

/** An overseer of the installation that serves. */
export interface Serving {
  /** Finishes what it is at, and leaves the rest to other overseers or to its next start. */
  stop(): Promise<void>
}

/**
 * Serves the installation as one of its overseers, until it is stopped. Any number may serve at once.
 * @throws QP_NO_DATABASE_CONFIGURED, QP_STORE_MISMATCH, QP_PORT_TAKEN, what reading the configuration and opening the
 * services throw
 */
export async function serveInstallation(environment: NodeJS.ProcessEnv): Promise<Serving> {
  const log = openLog('overseer', readLogSettings(environment, process.stderr.isTTY === true))
  const onTrouble = troubleLog(log)
  const config = await readConfig(environment)
  if (config.databases.size === 0) throw new QueryPoolError('QP_NO_DATABASE_CONFIGURED', 'There is nothing to serve.')
  const health = readHealthAddress(environment)
  const settings = readSettings(environment, config)
  const services = await openServices(settings, (message) => log.info(message))
  await checkRedis(services.redisUrl)
  await claimStore(services)
  const charges = await openCharges(services, config, environment)
  const { journal, connection } = charges
  const announce = (): void => {
    const said = { installation: journal.installation, storeId: services.store.id }
    announceInstallation(connection.redis, said).catch(onTrouble)
  }
  const overseer = await startOverseer(charges, onTrouble)
  announce()
  const announcing = setInterval(() => {
    announce()
    // Brings an embedded server back that has died.
    void locateServers(settings).catch(onTrouble)
  }, announceMs)
  const presence = announceOverseer(journal)
  const metrics = overseerMetrics(charges, overseer)
  const healthServer = health && (await serveHealth(health, { stuck: overseerStuck(charges, overseer), metrics }))
  log.info(
    { installation: journal.installation, databases: [...config.databases.keys()], health: healthServer?.url },
    'The overseer serves.',
  )
  return {
    stop: async () => {
      log.info('The overseer stops.')
      clearInterval(announcing)
      await healthServer?.close()
      await presence.close()
      await overseer.stop()
      await charges.close()
      await services.close()
    },
  }
}

async function claimStore({ journal, store }: Services): Promise<void> {
  const claimed = await claimInstallationStore(journal, store.id)
  if (claimed !== store.id)
    throw new QueryPoolError('QP_STORE_MISMATCH', `${store.location} is not the result store of this installation.`)
}
