import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { Client } from 'pg'
import { createCluster } from './create-cluster.ts'
import { tryToBecomeKeeper } from './keeper-locks.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { openSession, type PostgresSession } from './postgres-session.ts'
import { type Postmaster, readPostmaster, startPostmaster } from './postmaster.ts'

/** The session that makes its owner the keeper. */
export interface KeeperSession extends PostgresSession {
  readonly postmaster: Postmaster
}

const answerMs = 300_000

/** The name under which the keeper's session is seen in pg_stat_activity. */
const keeperName = 'querypool-keeper'

/**
 * Makes PostgreSQL run (it may run already) and makes us its keeper, with the journal's database in place; undefined if
 * another process is the keeper.
 * @throws QP_EMBEDDED_START, QP_EMBEDDED_DATA_VERSION
 */
export async function openKeeperSession(place: KeeperPlace): Promise<KeeperSession | undefined> {
  const { layout } = place
  const deadline = Date.now() + answerMs
  for (;;) {
    const postmaster = await readPostmaster(layout)
    const session = postmaster && (await openSession(postmaster.port, place.passwords.postgres, keeperName))
    if (session) {
      if (await becomeKeeper(session.client)) {
        await writeFile(layout.keeperPid, `${process.pid}\n`)
        return { ...session, postmaster }
      }
      await session.close()
      return undefined
    }
    if (!postmaster) {
      await createCluster(place)
      await startPostmaster(place)
    }
    if (Date.now() > deadline) {
      throw new QueryPoolError('QP_EMBEDDED_START', `PostgreSQL does not answer; its log is ${layout.postgresLog}`)
    }
    await delay(50)
  }
}

async function becomeKeeper(client: Client): Promise<boolean> {
  if (!(await tryToBecomeKeeper(client))) return false
  const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'querypool'`)
  if (rowCount === 0) await client.query('CREATE DATABASE querypool')
  return true
}
