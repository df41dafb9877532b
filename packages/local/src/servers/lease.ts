import type { HomeLayout } from './home-layout.ts'
import { hurryChannel } from './keeper.ts'
import { type KeeperState, keeperState } from './keeper-locks.ts'
import { readPasswords } from './passwords.ts'
import { openSession, type PostgresSession } from './postgres-session.ts'
import { readPostmaster } from './postmaster.ts'
import { isPidFileRunning } from './running-process.ts'

/** The name under which a user's lease is seen in pg_stat_activity. */
const leaseName = 'querypool-lease'

/** This process's leases by home: open connections, which keep the servers up until the process ends, however it ends. */
const leases = new Map<string, PostgresSession>()

/** Asks over this process's lease, which is opened if need be, who keeps the servers; 'absent' if PostgreSQL is down. */
export async function askOverLease(layout: HomeLayout): Promise<KeeperState> {
  const lease = await currentLease(layout)
  if (!lease) return 'absent'
  lease.client.ref()
  try {
    const state = await keeperState(lease.client)
    // A session answers for some milliseconds after its server, or the keeper whose locks it shows, was killed.
    if (!(await readPostmaster(layout))) return drop(layout, lease)
    return state === 'ready' && !(await isPidFileRunning(layout.keeperPid, layout.home)) ? 'starting' : state
  } catch {
    return drop(layout, lease)
  } finally {
    // The lease must not keep a process alive that has nothing else to do.
    lease.client.unref()
  }
}

/**
 * Gives this process's lease up and asks the keeper to stop the servers at once if nobody else uses them. Also without a
 * lease the keeper is asked, over one that is opened for it.
 */
export async function giveUpLease(layout: HomeLayout): Promise<void> {
  const lease = await currentLease(layout)
  if (!lease) return
  leases.delete(layout.home)
  lease.client.ref()
  await lease.client.query(`NOTIFY ${hurryChannel}`).catch(() => undefined)
  await lease.close()
}

function drop(layout: HomeLayout, lease: PostgresSession): KeeperState {
  leases.delete(layout.home)
  void lease.close()
  return 'absent'
}

async function currentLease(layout: HomeLayout): Promise<PostgresSession | undefined> {
  const held = leases.get(layout.home)
  if (held?.isOpen()) return held
  leases.delete(layout.home)
  const postmaster = await readPostmaster(layout)
  const passwords = await readPasswords(layout)
  if (!postmaster || !passwords) return undefined
  const lease = await openSession(postmaster.port, passwords.postgres, leaseName)
  if (lease) leases.set(layout.home, lease)
  return lease
}
