import { rm } from 'node:fs/promises'
import { createCluster } from './create-cluster.ts'
import { findRedis } from './find-redis.ts'
import { homeLayout } from './home-layout.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { readOrMakePasswords } from './passwords.ts'
import { postgresPrograms } from './postgres-programs.ts'
import { readPostmaster, startPostmaster, stopPostmaster } from './postmaster.ts'
import { prepareHome } from './prepare-home.ts'
import { adoptRedis, startRedis, stopRedis } from './redis-server.ts'
import { isRunning, readPid, signal, waitUntilGone } from './running-process.ts'
import { serverAccount } from './server-account.ts'
import { readServerRecord, writeServerRecord } from './server-record.ts'

/** A server that no keeper looks after: it runs until whoever started it ends it, and comes back only when told to. */
export interface UnkeptServer {
  readonly port: number
  readonly url: string
  /** The folder of its data. */
  readonly dataFolder: string
  /** The file of its log. */
  readonly log: string
  /** Starts it again, on the same port, with the data that are there; one that runs is left alone. @throws QP_EMBEDDED_START */
  start(): Promise<void>
  /** Stops it in order: its sessions are ended and its data written. */
  stop(): Promise<void>
  /** Ends it at once, as a crash would. */
  crash(): Promise<void>
}

const crashMs = 20_000

/**
 * Starts a PostgreSQL of its own in a folder, which must not be the home of kept servers.
 * @throws QP_EMBEDDED_START, QP_POSTGRES_NOT_INSTALLED
 */
export async function startUnkeptPostgres(home: string): Promise<UnkeptServer> {
  const place = await openPlace(home)
  const { layout } = place
  await createCluster(place)
  const start = async (): Promise<number> => {
    if (!(await readPostmaster(layout))?.ready) await startPostmaster(place)
    const port = (await readPostmaster(layout))?.port ?? 0
    await rememberPorts(place, { postgresPort: port, redisPort: 0 })
    return port
  }
  const port = await start()
  return {
    port,
    url: `postgres://postgres:${place.passwords.postgres}@127.0.0.1:${port}/postgres`,
    dataFolder: layout.postgresData,
    log: layout.postgresLog,
    start: async () => void (await start()),
    stop: () => stopPostmaster(layout),
    crash: async () => {
      const pid = (await readPostmaster(layout))?.pid
      if (pid === undefined) return
      // An immediate shutdown: it ends its backends and writes nothing, and recovers from its log at the next start.
      signal(pid, 'SIGQUIT')
      await waitUntilGone(pid, layout.postgresData, crashMs)
    },
  }
}

/**
 * Starts a Redis of its own in a folder, as startUnkeptPostgres does.
 * @throws QP_EMBEDDED_START, QP_REDIS_NOT_INSTALLED
 */
export async function startUnkeptRedis(home: string): Promise<UnkeptServer> {
  const place = await openPlace(home)
  const { layout } = place
  const program = await findRedis(place)
  const start = async (): Promise<number> => {
    const last = (await readServerRecord(layout))?.redisPort
    const remember = (redisPort: number): Promise<void> => rememberPorts(place, { postgresPort: 0, redisPort })
    const running = last === undefined ? undefined : await adoptRedis(place, last)
    const watch = running ?? (await startRedis(place, program, last, remember))
    watch.close()
    return watch.port
  }
  const port = await start()
  return {
    port,
    url: `redis://:${place.passwords.redis}@127.0.0.1:${port}`,
    dataFolder: layout.redisData,
    log: layout.redisLog,
    start: async () => void (await start()),
    stop: () => stopRedis(layout),
    crash: async () => {
      const pid = await readPid(layout.redisPid)
      if (pid === undefined || !(await isRunning(pid, layout.redisConfig))) return
      signal(pid, 'SIGKILL')
      await waitUntilGone(pid, layout.redisConfig, crashMs)
    },
  }
}

/** Removes the folder of an unkept server that was stopped, with its data, also where root's servers keep them elsewhere. */
export async function removeUnkeptHome(home: string): Promise<void> {
  const layout = homeLayout(home)
  await rm(layout.data, { recursive: true, force: true })
  await rm(layout.home, { recursive: true, force: true })
}

async function openPlace(home: string): Promise<KeeperPlace> {
  const layout = homeLayout(home)
  const account = await serverAccount()
  await prepareHome(layout, account)
  return {
    layout,
    account,
    passwords: await readOrMakePasswords(layout),
    postgres: await postgresPrograms(process.env, account),
    redisServer: process.env.QUERYPOOL_REDIS_SERVER || undefined,
    expectsUsers: false,
    environment: process.env,
    report: () => {},
    log: () => {},
  }
}

/** What a next start prefers. */
async function rememberPorts(
  place: KeeperPlace,
  ports: { readonly postgresPort: number; readonly redisPort: number },
): Promise<void> {
  await writeServerRecord(place.layout, { ...ports, postgresUrl: '', redisUrl: '' })
}
