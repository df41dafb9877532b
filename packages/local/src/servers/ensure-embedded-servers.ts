import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { EmbeddedServers } from './embedded-servers.ts'
import { type HomeLayout, homeLayout } from './home-layout.ts'
import { askOverLease } from './lease.ts'
import { tailOf } from './log-file.ts'
import { readServerRecord } from './server-record.ts'
import { type StartedKeeper, startKeeper } from './start-keeper.ts'

/** How to make sure of the servers. */
export interface EnsureOptions {
  /** Told what takes its time, as a short sentence without a full stop. Default: nobody is told. */
  readonly onProgress?: ((message: string) => void) | undefined
  /** Told when there was no keeper and the one that was started for this call keeps the servers now. */
  readonly onNewKeeper?: (() => void) | undefined
  /** The Redis server program to start. Default: one on PATH, else one that is fetched. */
  readonly redisServer?: string | undefined
}

const askEveryMs = 60
const silentDeaths = 5

const underWay = new Map<string, Promise<EmbeddedServers>>()

/**
 * Makes sure that the embedded servers of a home run, and returns where. This process uses them from then on, until it
 * ends or calls stopEmbeddedServers; when nobody uses them they stop. Any number of processes may call this at once, and a
 * process that lives long calls it every few seconds (one small query when all is well), which brings back a keeper that
 * died.
 * @throws QP_EMBEDDED_START with the end of the log, QP_REDIS_NOT_INSTALLED, QP_POSTGRES_NOT_INSTALLED,
 * QP_EMBEDDED_DATA_VERSION
 */
export function ensureEmbeddedServers(home: string, options: EnsureOptions = {}): Promise<EmbeddedServers> {
  const folder = resolve(home)
  const running = underWay.get(folder)
  if (running) return running
  const ensured = makeSure(folder, options).finally(() => underWay.delete(folder))
  underWay.set(folder, ensured)
  return ensured
}

async function makeSure(home: string, options: EnsureOptions): Promise<EmbeddedServers> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const layout = homeLayout(home)
  let keeper: StartedKeeper | undefined
  let died = 0
  try {
    for (;;) {
      const state = await askOverLease(layout)
      if (state === 'ready') {
        if (keeper?.outcome() === 'running') options.onNewKeeper?.()
        return await embeddedServers(layout)
      }
      const outcome = keeper?.outcome() ?? 'left'
      if (outcome instanceof QueryPoolError) throw outcome
      if (outcome === 'died') await giveUpAfter(silentDeaths, ++died, layout)
      if (outcome !== 'running' && state === 'absent') {
        keeper?.letGo()
        keeper = await startKeeper(layout, { expectsUsers: true, ...options })
      }
      await delay(askEveryMs)
    }
  } finally {
    keeper?.letGo()
  }
}

async function embeddedServers(layout: HomeLayout): Promise<EmbeddedServers> {
  const record = await readServerRecord(layout)
  if (!record) throw new QueryPoolError('QP_EMBEDDED_START', `${layout.servers} is missing although the servers run`)
  return { postgresUrl: record.postgresUrl, redisUrl: record.redisUrl, home: layout.home }
}

async function giveUpAfter(limit: number, died: number, layout: HomeLayout): Promise<void> {
  if (died < limit) return
  const tail = await tailOf(layout.keeperLog)
  throw new QueryPoolError('QP_EMBEDDED_START', `The keeper died; its log ${layout.keeperLog} ends with\n${tail}`)
}
