import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where programs are kept that every home can use: `/var/cache/querypool` for root, else `$XDG_CACHE_HOME/querypool`
 * (by default `~/.cache/querypool`). What lies there can be fetched again.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/cache/querypool'
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'querypool')
}
