import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { KeeperPlace } from './keeper-place.ts'

const run = promisify(execFile)

/** Installs Redis with Homebrew, which may take minutes. Does not start it as a service. */
export async function installHomebrewRedis(place: KeeperPlace): Promise<void> {
  place.report('Installing Redis with Homebrew (brew install redis), which may take some minutes')
  const path = [place.environment.PATH, '/opt/homebrew/bin', '/usr/local/bin'].filter(Boolean).join(':')
  const env = { ...place.environment, PATH: path, HOMEBREW_NO_AUTO_UPDATE: '1', HOMEBREW_NO_ENV_HINTS: '1' }
  await run('brew', ['install', 'redis'], { env, maxBuffer: 64_000_000 })
}
