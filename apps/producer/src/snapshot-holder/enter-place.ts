import {
  beginInSnapshot,
  beginNewSnapshot,
  checkSnapshotServer,
  holdSnapshot,
  type TakenSnapshot,
} from '@querypool/shared/database'
import type { Client } from 'pg'
import type { HolderOrders } from './holder-orders.ts'
import { openHolderSession } from './open-holder-session.ts'

// With two servers behind a balancer that takes turns, or takes any, some of so many sessions are on the other one.
const probes = 3

/**
 * Has a session hold the snapshot that the orders say, in their place.
 * @returns null when there is nothing to hold: the place is taken, or the snapshot that was to be imported is gone
 * @throws QP_SNAPSHOT_SERVERS_DIFFER, QP_SNAPSHOT_POOLER when it can be shared by nobody; what connecting throws, and Error,
 * when that may pass
 */
export async function enterPlace(
  client: Client,
  installation: string,
  orders: HolderOrders,
): Promise<TakenSnapshot | null> {
  if (orders.imports === null) return takeNew(client, installation, orders)
  const begun = await beginInSnapshot(client, orders.imports)
  if (begun === 'gone') return null
  // A balancer was looked for when the snapshot was taken; so this is most likely a restart, after which the snapshot is lost.
  if (begun === 'elsewhere')
    throw new Error(
      'this connection leads to another server than the one with the snapshot, or that one was started again',
    )
  return holdSnapshot(client, installation, orders)
}

/** Takes a new snapshot, and makes sure that other sessions can see it. */
async function takeNew(client: Client, installation: string, orders: HolderOrders): Promise<TakenSnapshot | null> {
  const others = await Promise.all(Array.from({ length: probes }, () => openHolderSession(orders.database, () => {})))
  try {
    const [first, ...rest] = others as [Client, ...Client[]]
    await checkSnapshotServer([client, first, ...rest])
    await beginNewSnapshot(client)
    const taken = await holdSnapshot(client, installation, orders)
    if (taken === null) return null
    const begun = await beginInSnapshot(first, { server: taken.server, ids: [taken.id] })
    if (begun !== 'begun') throw new Error(`another session cannot import the snapshot ${taken.id}`)
    return taken
  } finally {
    await Promise.all(others.map((other) => other.end().catch(() => {})))
  }
}
