import { type Config, type ResolvedDatabase, readConfig, resolveDatabase } from '@querypool/shared/config'
import { type Check, failedChecks, ok } from './check.ts'

/** Checks the configuration; `config` null: it has faults, all of which are told. */
export async function checkConfig(environment: NodeJS.ProcessEnv): Promise<{ checks: Check[]; config: Config | null }> {
  const name = 'Configuration'
  try {
    const config = await readConfig(environment)
    const databases = config.databases.size === 1 ? '1 database' : `${config.databases.size} databases`
    const message = config.file === null ? 'no file: everything has its default' : `${config.file}: ${databases}`
    return { checks: [ok(name, message)], config }
  } catch (thrown) {
    return { checks: failedChecks(name, thrown), config: null }
  }
}

/** Checks whether the secrets of a database can be read; `database` null: they cannot. */
export async function checkSecrets(
  config: Config,
  name: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ checks: Check[]; database: ResolvedDatabase | null }> {
  try {
    return { checks: [], database: await resolveDatabase(config, name, environment) }
  } catch (thrown) {
    return { checks: failedChecks(`Database ${name}`, thrown), database: null }
  }
}
