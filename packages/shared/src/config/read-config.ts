import { resolve } from 'node:path'
import { InvalidDefinition } from '../errors/index.ts'
import { readBounded, whyUnreadable } from '../yaml/read-bounded.ts'
import { emptyConfig } from './build-config.ts'
import type { Config } from './config.ts'
import { parseConfig } from './parse-config.ts'

const defaultName = 'querypool.yaml'
const maxFileBytes = 1024 * 1024

/**
 * Reads the configuration of the installation: the file that QUERYPOOL_CONFIG names, or `querypool.yaml` in the working
 * folder if there is one. Without a file everything has its default. No secret is read. To be called once per process.
 * @throws InvalidDefinition with all faults of the file; QP_CONFIG_FILE when it cannot be read, or is named and not there
 */
export async function readConfig(environment: NodeJS.ProcessEnv, workingFolder = process.cwd()): Promise<Config> {
  const named = environment.QUERYPOOL_CONFIG || null
  const shown = named ?? defaultName
  const path = resolve(workingFolder, shown)
  const bytes = await readBounded(path, maxFileBytes).catch((thrown: unknown) => {
    if (named === null && isAbsent(thrown)) return undefined
    throw unusable(shown, `The configuration file cannot be read: ${whyUnreadable(thrown)}.`)
  })
  if (bytes === undefined) return emptyConfig()
  if (bytes === null) throw unusable(shown, 'A configuration file may have 1 MiB; this one is larger.')
  return parseConfig(bytes, { shown, path })
}

function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}

function unusable(file: string, message: string): InvalidDefinition {
  return new InvalidDefinition([{ code: 'QP_CONFIG_FILE', message, place: { file } }])
}
