import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The files of a home, as absolute paths. */
export interface HomeLayout {
  readonly home: string
  /** Folder of the servers' data; under the home, unless the account that runs PostgreSQL couldn't reach it there. */
  readonly data: string
  readonly postgresData: string
  readonly redisData: string
  readonly redisConfig: string
  readonly redisPid: string
  /** Passwords, made once. Mode 0600. */
  readonly passwords: string
  /** Ports and URLs of the servers, written by the keeper before it says that they are ready. Mode 0600. */
  readonly servers: string
  readonly keeperPid: string
  readonly keeperLog: string
  readonly postgresLog: string
  readonly redisLog: string
}

/**
 * The files of a home. PostgreSQL refuses to run as root, so root runs the servers as another account; where that account
 * could not traverse the folders above the home (a clone under `/root`, mode 0700), their data lies under
 * `/var/lib/querypool/homes/<hash of the home>` instead.
 */
export function homeLayout(homeFolder: string): HomeLayout {
  const home = resolve(homeFolder)
  const data = dataFolder(home)
  const redisData = join(data, 'redis')
  return {
    home,
    data,
    postgresData: join(data, 'postgres'),
    redisData,
    redisConfig: join(redisData, 'redis.conf'),
    redisPid: join(redisData, 'redis.pid'),
    passwords: join(home, 'passwords.json'),
    servers: join(home, 'servers.json'),
    keeperPid: join(home, 'keeper.pid'),
    keeperLog: join(home, 'keeper.log'),
    postgresLog: join(home, 'postgres.log'),
    redisLog: join(home, 'redis.log'),
  }
}

/** Data that is there stays where it is, also when the permissions of folders change. */
function dataFolder(home: string): string {
  const inside = join(home, 'data')
  if (process.getuid?.() !== 0) return inside
  const outside = join('/var/lib/querypool/homes', hashOf(home))
  if (existsSync(outside)) return outside
  return existsSync(inside) || foldersAbove(home).every(everybodyCanTraverse) ? inside : outside
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [] : [parent, ...foldersAbove(parent)]
}

/** A folder that is not there yet will be made traversable. */
function everybodyCanTraverse(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found === undefined || (found.mode & 0o001) !== 0
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
