import { decodeSource } from '../batch/decode-source.ts'
import { FaultList } from '../batch/fault-list.ts'
import type { SourceText } from '../batch/source-text.ts'
import { InvalidDefinition } from '../errors/index.ts'
import { type FileKind, IssueFaults } from '../yaml/issue-faults.ts'
import { keysAt } from '../yaml/keys-at.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { buildConfig } from './build-config.ts'
import type { Config } from './config.ts'
import { configJsonSchema } from './config-json-schema.ts'
import { type CheckedConfig, configSchema, databaseSchema } from './config-schema.ts'

/** How a file is called: `shown` in faults, `path` where it really is, absolute. */
export interface ConfigFile {
  readonly shown: string
  readonly path: string
}

const configFile: FileKind = {
  codes: { key: 'QP_CONFIG_KEY', value: 'QP_CONFIG_VALUE' },
  whole: 'The configuration',
  secretKeys: ['url', 'ca', 'cert', 'key'],
  namedAt: () => 'a database',
  keysAt: (path) => keysAt(configJsonSchema(), path),
}

/**
 * Checks the bytes of a configuration file and reads the configuration in it. An empty file is an empty configuration.
 * @throws InvalidDefinition with everything that is wrong with it, in the order of the places: QP_CONFIG_SYNTAX,
 *   QP_CONFIG_KEY, QP_CONFIG_VALUE, QP_NOT_UTF8, QP_NUL_BYTE. What is wrong with keys and values is only found in YAML.
 */
export function parseConfig(bytes: Uint8Array, file: ConfigFile): Config {
  const faults = new FaultList()
  const source = decodeSource(bytes, file.shown, faults)
  const checked = source === null ? null : checkText(source, faults)
  throwWithoutLines(faults)
  return buildConfig(checked as CheckedConfig, file.path)
}

function checkText(source: SourceText, faults: FaultList): CheckedConfig | null {
  const placed = readYaml(source, faults, { syntax: 'QP_CONFIG_SYNTAX', key: 'QP_CONFIG_KEY' })
  if (placed === null) return null
  const given = withoutEmptySections(placed.data ?? {})
  const checked = configSchema.safeParse(given)
  if (checked.success) return checked.data
  const issueFaults = new IssueFaults(source, placed, faults, configFile)
  for (const issue of checked.error.issues) {
    issueFaults.add(issue)
    if (issue.code === 'invalid_key') checkMisnamed(given, issue.path, issueFaults)
  }
  return null
}

/** `retention:` with all its keys commented out says nothing. Further down, what is empty is a fault. */
function withoutEmptySections(data: unknown): unknown {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return data
  const isEmpty = ([key, value]: [string, unknown]) => value === null && Object.hasOwn(configSchema.shape, key)
  return Object.fromEntries(Object.entries(data).filter((entry) => !isEmpty(entry)))
}

/** The schema does not look at what stands under a bad name. */
function checkMisnamed(given: unknown, path: readonly PropertyKey[], issueFaults: IssueFaults): void {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], given)
  for (const issue of databaseSchema.safeParse(value).error?.issues ?? []) {
    issueFaults.add({ ...issue, path: [...path, ...issue.path] })
  }
}

/** The lines themselves are not printed with their faults: a password may stand in one. */
function throwWithoutLines(faults: FaultList): void {
  try {
    faults.throwIfAny()
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinition)) throw thrown
    const [first, ...rest] = thrown.faults.map((fault) => {
      if (fault.place === undefined) return fault
      const { lineText: _, ...place } = fault.place
      return { ...fault, place }
    })
    if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  }
}
