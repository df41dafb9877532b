import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import { type HomeLayout, homeLayout } from './home-layout.ts'
import { giveUpLease } from './lease.ts'
import { readPasswords } from './passwords.ts'
import { openSession } from './postgres-session.ts'
import { readPostmaster } from './postmaster.ts'
import { isPidFileRunning } from './running-process.ts'
import { type StartedKeeper, startKeeper } from './start-keeper.ts'

const patienceMs = 60_000
const lookEveryMs = 50

/**
 * Ends this process's use of a home's servers and waits until they, and their keeper, are gone. Others' use is respected.
 * @throws QP_EMBEDDED_STILL_USED when somebody else used them for all of a minute
 */
export async function stopEmbeddedServers(home: string): Promise<void> {
  if (!existsSync(home)) return
  const layout = homeLayout(resolve(home))
  await giveUpLease(layout)
  const deadline = Date.now() + patienceMs
  let keeper: StartedKeeper | undefined
  for (;;) {
    const keeperRuns = await isPidFileRunning(layout.keeperPid, layout.home)
    const serversRun = (await readPostmaster(layout)) || (await isPidFileRunning(layout.redisPid, layout.redisConfig))
    if (!keeperRuns && !serversRun) return
    // Servers without a keeper would never stop: one is started to stop them.
    if (!keeperRuns && keeper?.outcome() !== 'running') keeper = await startKeeper(layout, { expectsUsers: false })
    if (Date.now() > deadline) throw await stillUsed(layout)
    await delay(lookEveryMs)
  }
}

async function stillUsed(layout: HomeLayout): Promise<QueryPoolError> {
  const users = await usersOf(layout).catch(() => [])
  const names = users.map((name) => name || 'without a name').join(', ')
  return new QueryPoolError(
    'QP_EMBEDDED_STILL_USED',
    `The embedded servers of ${layout.home} are still used by ${users.length} connections: ${names}`,
  )
}

/** The names of the connections to the home's PostgreSQL, other than ours and the keeper's. */
async function usersOf(layout: HomeLayout): Promise<string[]> {
  const postmaster = await readPostmaster(layout)
  const passwords = await readPasswords(layout)
  const session = postmaster && passwords && (await openSession(postmaster.port, passwords.postgres, 'querypool-look'))
  if (!session) return []
  const { rows } = await session.client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND application_name NOT IN ('querypool-look', 'querypool-keeper')`,
  )
  await session.close()
  return rows.map((row) => row.application_name)
}
