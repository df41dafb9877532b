import { chown, mkdir, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import type { HomeLayout } from './home-layout.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { sizeOf, tailOf } from './log-file.ts'
import type { RedisProgram } from './redis-program.ts'
import { isRunning, readPid, signal, waitUntilGone } from './running-process.ts'
import { type StartedServer, startServer } from './start-server.ts'

/** A connection to the embedded Redis, by which its death is noticed at once. */
export interface RedisWatch {
  readonly port: number
  readonly pid: number
  isOpen(): boolean
  close(): void
}

const startAttempts = 5
const loadingMs = 300_000
const shutdownMs = 20_000

/**
 * Takes over the Redis of this home that an earlier keeper left running on that port; undefined if none does. A server
 * that knows our password is ours; one that has only begun to start is known by its pid file, and waited for.
 */
export async function adoptRedis(place: KeeperPlace, port: number): Promise<RedisWatch | undefined> {
  const { layout } = place
  const deadline = Date.now() + loadingMs
  for (;;) {
    const watch = await openWatch(port, place.passwords.redis)
    if (watch) return watch
    const pid = await readPid(layout.redisPid)
    if (pid === undefined || !(await isRunning(pid, layout.redisConfig))) return undefined
    if (Date.now() > deadline) await stopRedis(layout)
    await delay(50)
  }
}

/**
 * Starts Redis on its last port if that is free, and waits until it has loaded its data. `onPort` is told the port before
 * the start, so that whoever comes after us finds the server.
 * @throws QP_EMBEDDED_START with the end of its log
 */
export async function startRedis(
  place: KeeperPlace,
  program: RedisProgram,
  lastPort: number | undefined,
  onPort: (port: number) => Promise<void>,
): Promise<RedisWatch> {
  const { layout } = place
  for (let attempt = 1; ; attempt++) {
    const logged = await sizeOf(layout.redisLog)
    const port = await freePort(attempt < startAttempts / 2 ? lastPort : undefined)
    await writeConfiguration(place, port)
    await onPort(port)
    const server = await startServer({
      program: program.path,
      args: [layout.redisConfig],
      folder: layout.redisData,
      log: layout.redisLog,
      account: place.account,
      libraries: program.libraries,
    })
    const outcome = await untilLoaded(server, port, place.passwords.redis)
    if (typeof outcome === 'object') return outcome
    place.log(`Redis ${outcome} at its start, attempt ${attempt}`)
    if (attempt === startAttempts) {
      const tail = await tailOf(layout.redisLog, logged)
      throw new QueryPoolError('QP_EMBEDDED_START', `Redis ${outcome}; its log ${layout.redisLog} ends with\n${tail}`)
    }
    await delay(100 * attempt)
  }
}

/** Stops the Redis of a home: SIGTERM lets it write what it has; if it takes too long it is killed. */
export async function stopRedis(layout: HomeLayout): Promise<void> {
  const pid = await readPid(layout.redisPid)
  if (pid === undefined || !(await isRunning(pid, layout.redisConfig))) return
  signal(pid, 'SIGTERM')
  if (await waitUntilGone(pid, layout.redisConfig, shutdownMs)) return
  signal(pid, 'SIGKILL')
  await waitUntilGone(pid, layout.redisConfig, shutdownMs)
}

/** The watch on a Redis that takes commands, or how it ended. */
async function untilLoaded(server: StartedServer, port: number, password: string): Promise<RedisWatch | string> {
  let ended: string | undefined
  server.ended.then((how) => {
    ended = how
  })
  const deadline = Date.now() + loadingMs
  while (ended === undefined) {
    const watch = await openWatch(port, password)
    if (watch) return watch
    if (Date.now() > deadline) return 'did not answer in time'
    await delay(30)
  }
  return ended
}

/** A connection to a Redis that knows our password and has loaded its data; undefined if there is none. */
async function openWatch(port: number, password: string): Promise<RedisWatch | undefined> {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    password,
    connectionName: 'querypool-keeper',
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 10_000,
  })
  let open = true
  redis.on('error', () => undefined)
  redis.on('end', () => {
    open = false
  })
  try {
    await redis.connect()
    const pid = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1])
    await redis.ping()
    return { port, pid, isOpen: () => open, close: () => redis.disconnect() }
  } catch {
    redis.disconnect()
    return undefined
  }
}

async function writeConfiguration(place: KeeperPlace, port: number): Promise<void> {
  const { layout, account } = place
  const settings = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${place.passwords.redis}`,
    `dir ${JSON.stringify(layout.redisData)}`,
    `pidfile ${JSON.stringify(layout.redisPid)}`,
    'daemonize no',
    // The command line stays what it was, so that the process can be told from others by its configuration file.
    'set-proc-title no',
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory-policy noeviction',
  ]
  await mkdir(layout.redisData, { recursive: true, mode: 0o700 })
  await writeFile(layout.redisConfig, `${settings.join('\n')}\n`, { mode: 0o600 })
  if (!account) return
  await chown(layout.redisData, account.uid, account.gid)
  await chown(layout.redisConfig, account.uid, account.gid)
}
