import { readFileSync } from 'node:fs'
import { QueryPoolError } from '../errors/index.ts'
import { whyUnreadable } from '../yaml/read-bounded.ts'

/**
 * The URL of Redis (REDIS_URL) or of the journal (QUERYPOOL_JOURNAL_URL): the variable itself, or else what the file
 * holds that the variable with `_FILE` at its end names, without the line break at its end. An empty variable counts as
 * none; null: neither is set. To be called once per process.
 * @throws QP_SECRET_UNREADABLE when the file cannot be read or is empty; never with a part of it
 */
export function readServerUrl(
  name: 'REDIS_URL' | 'QUERYPOOL_JOURNAL_URL',
  environment: NodeJS.ProcessEnv,
): string | null {
  const file = environment[`${name}_FILE`]
  if (environment[name] || !file) return environment[name] || null
  const url = readText(name, file).trim()
  if (url === '') throw unreadable(name, file, 'it is empty')
  return url
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw unreadable(name, file, whyUnreadable(thrown))
  }
}

function unreadable(name: string, file: string, why: string): QueryPoolError {
  return new QueryPoolError('QP_SECRET_UNREADABLE', `${name}_FILE names ${file}, which cannot be used: ${why}.`, {
    remedy: `Let ${name}_FILE name a file with the URL that this process and its user may read.`,
  })
}
