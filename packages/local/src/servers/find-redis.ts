import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { QueryPoolError } from '@querypool/shared/errors'
import { fetchDebianRedis } from './fetch-debian-redis.ts'
import { installHomebrewRedis } from './install-homebrew-redis.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { isNewEnough, type RedisProgram } from './redis-program.ts'

const programNames = ['redis-server', 'valkey-server']
const homebrewFolders = ['/opt/homebrew/bin', '/usr/local/bin']

/**
 * A Redis of at least 6.2: the one that the caller named, else one on PATH, else one that is fetched: on Debian and
 * Ubuntu into our cache, without root and without installing anything; on macOS by Homebrew.
 * @throws QP_REDIS_NOT_INSTALLED
 */
export async function findRedis(place: KeeperPlace): Promise<RedisProgram> {
  if (place.redisServer !== undefined) {
    const named = { path: place.redisServer }
    if (await isNewEnough(named)) return named
    throw new QueryPoolError(
      'QP_REDIS_NOT_INSTALLED',
      `${place.redisServer} is not a Redis server of version 6.2 or newer`,
    )
  }
  return (await redisOnPath(place.environment)) ?? (await fetchRedis(place))
}

async function redisOnPath(environment: NodeJS.ProcessEnv): Promise<RedisProgram | undefined> {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  if (process.platform === 'darwin') folders.push(...homebrewFolders)
  for (const path of folders.flatMap((folder) => programNames.map((name) => join(folder, name)))) {
    if ((await isExecutable(path)) && (await isNewEnough({ path }))) return { path }
  }
  return undefined
}

async function fetchRedis(place: KeeperPlace): Promise<RedisProgram> {
  try {
    if (process.platform === 'darwin') {
      await installHomebrewRedis(place)
      const installed = await redisOnPath(place.environment)
      if (installed) return installed
    } else if (await isExecutable('/usr/bin/apt-get')) {
      return await fetchDebianRedis(place)
    }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new QueryPoolError('QP_REDIS_NOT_INSTALLED', `Redis could not be fetched: ${said.trim()}`, { cause })
  }
  throw new QueryPoolError('QP_REDIS_NOT_INSTALLED', 'There is no redis-server or valkey-server (6.2 or newer) on PATH')
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
