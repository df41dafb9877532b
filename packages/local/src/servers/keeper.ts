import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { Client } from 'pg'
import type { HomeLayout } from './home-layout.ts'
import { announceReady, withdrawReady } from './keeper-locks.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { type KeeperSession, openKeeperSession } from './open-keeper-session.ts'
import { stopPostmaster } from './postmaster.ts'
import { type RedisWatch, stopRedis } from './redis-server.ts'
import { reviveRedis } from './revive-redis.ts'
import { isRunning, signal } from './running-process.ts'

/** Sent with NOTIFY by a user who leaves and waits for the servers to be gone. */
export const hurryChannel = 'querypool_hurry'

const pollMs = 400
/** How long servers wait for their first user, who may still be starting. */
const firstUserMs = 15_000
/** How long they wait for another one after the last, so that one command after the other finds them running. */
const nextUserMs = 3_000
/** For how long a leaving user's wish to see them gone at once holds. */
const hurryMs = 10_000

/** How a watch ended: the servers have no users, PostgreSQL has to be brought back, or the home was deleted. */
type WatchEnd = 'unused' | 'postgres-lost' | 'home-lost'

/**
 * Keeps the servers of a home: starts or adopts them, brings back the one that dies, and stops them when nobody uses
 * them. Returns when they are stopped, or at once if another process keeps them. `onReady` is called each time that both
 * take work.
 * @throws QP_EMBEDDED_START, QP_REDIS_NOT_INSTALLED, QP_EMBEDDED_DATA_VERSION after stopping what runs
 */
export async function keepServers(place: KeeperPlace, onReady: () => void, isToStop: () => boolean): Promise<void> {
  let wasKeeper = false
  try {
    for (;;) {
      const session = await openKeeperSession(place)
      if (!session) return
      wasKeeper = true
      const end = await watchServers(place, session, onReady, isToStop)
      place.log(`Watch ended: ${end}`)
      if (end === 'unused') await stopServers(place)
      void session.close()
      if (end !== 'postgres-lost') return
    }
  } catch (fault) {
    if (wasKeeper) await stopServers(place)
    throw fault
  }
}

async function watchServers(
  place: KeeperPlace,
  session: KeeperSession,
  onReady: () => void,
  isToStop: () => boolean,
): Promise<WatchEnd> {
  const { client } = session
  let redis: RedisWatch | undefined
  let leaveAt = place.expectsUsers ? Date.now() + firstUserMs : 0
  let hurryUntil = 0
  client.on('notification', () => {
    hurryUntil = Date.now() + hurryMs
  })
  try {
    await client.query(`LISTEN ${hurryChannel}`)
    while (session.isOpen()) {
      if (!redis?.isOpen()) {
        if (redis) await withdrawReady(client)
        redis = await reviveRedis(place, session.postmaster.port)
        await announceReady(client)
        onReady()
      }
      if (!(await exists(place.layout.postgresData))) return await endServersOfLostHome(place.layout, session, redis)
      if (isToStop()) return 'unused'
      if (await isUsed(client)) leaveAt = Date.now() + nextUserMs
      else if ((Date.now() >= leaveAt || Date.now() < hurryUntil) && (await isStillUnused(client))) return 'unused'
      await delay(pollMs)
    }
    return 'postgres-lost'
  } catch (fault) {
    if (fault instanceof QueryPoolError) throw fault
    place.log(`Lost the session: ${fault}`)
    return 'postgres-lost'
  } finally {
    redis?.close()
  }
}

/** Users count from the moment they connect: anyone who was told that the servers are ready is seen by the second look. */
async function isStillUnused(client: Client): Promise<boolean> {
  await withdrawReady(client)
  if (!(await isUsed(client))) return true
  await announceReady(client)
  return false
}

/** Whether anybody but us has a session in any database of the server. */
async function isUsed(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ used: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS used`,
  )
  return rows[0]?.used === true
}

async function stopServers(place: KeeperPlace): Promise<void> {
  await stopRedis(place.layout)
  await stopPostmaster(place.layout)
}

/** With the home its pid files are gone, so the servers are ended by the ids that we remember. */
async function endServersOfLostHome(layout: HomeLayout, session: KeeperSession, redis: RedisWatch): Promise<WatchEnd> {
  if (await isRunning(redis.pid, layout.redisConfig)) signal(redis.pid, 'SIGKILL')
  if (await isRunning(session.postmaster.pid, layout.postgresData)) signal(session.postmaster.pid, 'SIGQUIT')
  return 'home-lost'
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
