import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Links, type Servers, throughLink } from './links.ts'
import type { Role } from './program.ts'

/** The name under which the configuration has the target database. */
export const database = 'main'

/** The environment of the programs of each role: overseers and workers reach their servers by way of the links. */
export type Environments = Readonly<Record<Role, Readonly<Record<string, string>>>>

/**
 * What dies is noticed within seconds here, and not within a minute, so that a round is short. Nothing else differs from
 * a real installation.
 */
const configuration = `
databases:
  ${database}:
    url: env:MAIN_URL
timing:
  workerLock: 5s
  stalledCheck: 2s
  silentWorker: 8s
  reconcile: 1s
`

/** Writes the configuration of the installation, and gives the environments of its programs. */
export async function makeEnvironments(
  folder: string,
  { storeFolder, targetUrl }: { readonly storeFolder: string; readonly targetUrl: string },
  servers: Servers,
  links: Links,
): Promise<Environments> {
  const config = join(folder, 'querypool.yaml')
  await writeFile(config, configuration)
  const common = {
    QUERYPOOL_CONFIG: config,
    QUERYPOOL_RESULTS: storeFolder,
    QUERYPOOL_HOME: join(folder, 'home'),
    QUERYPOOL_LOG_FORMAT: 'json',
  }
  const [redisUrl, journalUrl] = [servers.redis.url, servers.journal.url]
  return {
    overseer: {
      ...common,
      REDIS_URL: throughLink(redisUrl, links['overseers-redis']),
      QUERYPOOL_JOURNAL_URL: throughLink(journalUrl, links['overseers-journal']),
      MAIN_URL: throughLink(targetUrl, links['overseers-target']),
    },
    worker: {
      ...common,
      REDIS_URL: throughLink(redisUrl, links['workers-redis']),
      MAIN_URL: throughLink(targetUrl, links['workers-target']),
    },
    command: { ...common, REDIS_URL: redisUrl, QUERYPOOL_JOURNAL_URL: journalUrl, MAIN_URL: targetUrl },
  }
}
