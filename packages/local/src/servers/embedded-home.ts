import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The folder of the embedded servers: QUERYPOOL_HOME, else the platform's place for state (macOS:
 * `~/Library/Application Support/querypool`; root on Linux: `/var/lib/querypool`; else `$XDG_STATE_HOME/querypool`, by
 * default `~/.local/state/querypool`, as in the XDG Base Directory Specification). An absolute path; nothing is created.
 */
export function embeddedHome(environment: NodeJS.ProcessEnv): string {
  if (environment.QUERYPOOL_HOME) return resolve(environment.QUERYPOOL_HOME)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'querypool')
  if (process.getuid?.() === 0) return '/var/lib/querypool'
  return join(environment.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'querypool')
}
