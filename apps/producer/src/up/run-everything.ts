import { readConfig } from '@querypool/shared/config'
import { QueryPoolError } from '@querypool/shared/errors'
import { onStopSignal } from '@querypool/shared/stop'
import { locateServers, readSettings } from '../environment/index.ts'
import { runPrograms } from './run-programs.ts'

const keepServersMs = 3000

/**
 * Runs the whole installation on this machine until SIGTERM or Ctrl-C: embedded servers where the environment names none,
 * an overseer, a worker, a dashboard.
 * @returns the name of the program that ended by itself and so ended the rest; null: all were asked to
 * @throws QP_NO_DATABASE_CONFIGURED, what reading the configuration and locating the servers throw
 */
export async function runEverything(
  environment: NodeJS.ProcessEnv,
  concurrency: string | undefined,
): Promise<string | null> {
  const config = await readConfig(environment)
  if (config.databases.size === 0)
    throw new QueryPoolError('QP_NO_DATABASE_CONFIGURED', 'There is no database to run queries on.')
  const settings = readSettings(environment, config)
  const locate = (): Promise<{ journalUrl: string; redisUrl: string }> =>
    locateServers(settings, (message) => console.log(`${message} …`))
  const { journalUrl, redisUrl } = await locate()
  const keeping = setInterval(() => void locate().catch(() => {}), keepServersMs)
  const programs = runPrograms(
    [
      { name: 'overseer', args: ['serve'] },
      { name: 'worker', args: ['worker', ...(concurrency === undefined ? [] : ['--concurrency', concurrency])] },
      { name: 'dashboard', args: ['dashboard'] },
    ],
    {
      QUERYPOOL_LOG_FORMAT: 'text',
      ...environment,
      REDIS_URL: redisUrl,
      QUERYPOOL_JOURNAL_URL: journalUrl,
      QUERYPOOL_RESULTS: settings.storeLocation,
    },
  )
  const asked = new Promise<null>((resolve) => onStopSignal(() => resolve(null)))
  const ended = await Promise.race([programs.firstEnd, asked])
  clearInterval(keeping)
  await programs.stop()
  return ended
}
