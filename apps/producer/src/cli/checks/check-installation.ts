import { type Config, databaseOfUrl, type ResolvedDatabase } from '@querypool/shared/config'
import type { JournalFacts } from '@querypool/shared/journal'
import { keyPrefix } from '@querypool/shared/queue'
import { locateServers, readSettings, type Settings } from '../../environment/index.ts'
import { progressOnStderr } from '../with-services.ts'
import { type Check, failedChecks } from './check.ts'
import { checkClocks, type NamedClock } from './check-clocks.ts'
import { checkConfig, checkSecrets } from './check-config.ts'
import { type Crew, checkCrew, readCrew } from './check-crew.ts'
import { checkDatabase } from './check-database.ts'
import { checkJournal } from './check-journal.ts'
import { checkRedisServer } from './check-redis.ts'
import { checkStore } from './check-store.ts'
import { checkTiming } from './check-timing.ts'
import { initLedgers } from './init-ledger.ts'
import { sessionsWanted } from './judge-room.ts'

const nobody: Crew = { workers: [], announcedStoreId: null }

/**
 * Checks a whole installation: what the configuration and the environment name, and who works for it. Embedded servers are
 * started; nothing else is changed.
 * @param only the database to check, by URL or name; null: all of the configuration
 */
export async function checkInstallation(
  only: string | null,
  version: string,
  environment: NodeJS.ProcessEnv,
): Promise<Check[]> {
  const { checks: ofConfig, config } = await checkConfig(environment)
  const services = await checkServices(config, environment)
  const crew = config === null ? [] : checkCrew(config, services.journal?.overseers ?? null, services.crew, version)
  const timing = config === null ? [] : checkTiming(config)
  const databases = await checkDatabases(only, config, services, environment)
  const clocks = checkClocks([...services.clocks, ...databases.clocks])
  return [
    ...ofConfig,
    ...services.checks,
    ...crew,
    ...timing,
    ...databases.checks,
    ...(clocks === null ? [] : [clocks]),
  ]
}

interface Found {
  readonly checks: Check[]
  readonly clocks: NamedClock[]
}

interface FoundServices extends Found {
  readonly journal: JournalFacts | null
  /** Null: nobody could be asked. */
  readonly crew: Crew | null
}

async function checkServices(config: Config | null, environment: NodeJS.ProcessEnv): Promise<FoundServices> {
  try {
    const settings = readSettings(environment, config ?? { storeLocation: null })
    const { journalUrl, redisUrl } = await locateServers(settings, progressOnStderr)
    const { checks: ofJournal, facts: journal } = await checkJournal(journalUrl)
    const prefix = keyPrefix(journal?.installation ?? 'check')
    const redis = await checkRedisServer(redisUrl, prefix)
    const crew = redis.isUsable && journal !== null ? await crewOf(redisUrl, journal) : null
    const clocks = [
      ...(redis.clock ? [redis.clock] : []),
      ...(journal ? [{ name: 'the journal', ...journal.clock }] : []),
    ]
    const checks = [
      ...redis.checks,
      ...ofJournal,
      ...(await checkOwnStore(config, settings, journal, crew, environment)),
    ]
    return { checks, clocks, journal, crew }
  } catch (thrown) {
    return { checks: failedChecks('Servers', thrown), clocks: [], journal: null, crew: null }
  }
}

async function crewOf(redisUrl: string, { installation }: JournalFacts): Promise<Crew> {
  return installation === null ? nobody : await readCrew(redisUrl, installation)
}

/** Without a configuration it is only known where the store is if the environment says so. */
async function checkOwnStore(
  config: Config | null,
  settings: Settings,
  journal: JournalFacts | null,
  crew: Crew | null,
  environment: NodeJS.ProcessEnv,
): Promise<Check[]> {
  if (config === null && !environment.QUERYPOOL_RESULTS) return []
  const wanted = new Map<string, string>()
  if (journal?.storeId) wanted.set('the journal', journal.storeId)
  if (crew?.announcedStoreId) wanted.set('the overseer', crew.announcedStoreId)
  return checkStore(settings.storeLocation, wanted)
}

async function checkDatabases(
  only: string | null,
  config: Config | null,
  { journal, crew }: FoundServices,
  environment: NodeJS.ProcessEnv,
): Promise<Found> {
  const { checks, databases } = await findDatabases(only, config, environment)
  const found: Found = { checks: [...checks], clocks: [] }
  for (const database of databases) {
    const serving = (crew?.workers ?? []).filter((worker) => worker.databases.includes(database.name ?? ''))
    const concurrencies = serving.map((worker) => worker.concurrency)
    const wanted = sessionsWanted(database.maxConcurrency, concurrencies, journal?.overseers ?? 0)
    const checked = await checkDatabase(database, wanted)
    found.checks.push(...checked.checks)
    if (checked.clock) found.clocks.push(checked.clock)
  }
  return found
}

/**
 * Makes the ledger of writes in a database.
 * @param only the database, by URL or name
 * @param ledgerRole as of initLedgers
 */
export async function makeLedger(
  only: string,
  ledgerRole: string | null,
  environment: NodeJS.ProcessEnv,
): Promise<Check[]> {
  const { config } = await checkConfig(environment)
  const { databases } = await findDatabases(only, config, environment)
  return initLedgers(databases, ledgerRole)
}

async function findDatabases(
  only: string | null,
  config: Config | null,
  environment: NodeJS.ProcessEnv,
): Promise<{ checks: Check[]; databases: ResolvedDatabase[] }> {
  if (only?.includes(':')) return { checks: [], databases: [databaseOfUrl(only)] }
  if (config === null) return { checks: [], databases: [] }
  const names = only === null ? [...config.databases.keys()] : [only]
  const resolved = await Promise.all(names.map((name) => checkSecrets(config, name, environment)))
  return {
    checks: resolved.flatMap(({ checks }) => checks),
    databases: resolved.flatMap(({ database }) => database ?? []),
  }
}
