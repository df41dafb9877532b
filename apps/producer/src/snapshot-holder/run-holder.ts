import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { causeOf } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import {
  countOverseers,
  failRun,
  hasOverseer,
  isSnapshotWanted,
  type Journal,
  listenToRuns,
  openJournal,
  recordEventSeldom,
  registerHolder,
} from '@querypool/shared/journal'
import { enterPlace } from './enter-place.ts'
import { type HolderOrders, readHolderOrders } from './holder-orders.ts'
import { openHolderSession } from './open-holder-session.ts'

const lookMs = 1000
// Long enough for an overseer or a journal to come back; a snapshot that nobody needs keeps a database from being vacuumed.
const patienceMs = 10 * 60_000
const connections = 2

/**
 * Holds the snapshot of a generation, as a process: reads its orders from standard input, has a session of the target
 * database take or import the snapshot, says in the journal that it does, and keeps its transaction open for as long as
 * queries are to run in it. It ends by itself when they are not, when its session has ended, and when it has seen no
 * overseer of the run for ten minutes.
 */
export async function runHolder(): Promise<void> {
  const lines = createInterface({ input: process.stdin })
  const orders = readHolderOrders(await new Promise<string>((resolve) => lines.once('line', resolve)))
  // Ctrl-C is for the one who has started the run.
  process.on('SIGINT', () => {})
  const journal = await openJournal(orders.journalUrl, connections)
  try {
    await hold(journal, orders)
    process.exit(0)
  } catch (thrown) {
    await tell(journal, orders, thrown).catch(() => {})
    process.exit(1)
  }
}

async function hold(journal: Journal, orders: HolderOrders): Promise<void> {
  const { run, generation, place, imports } = orders
  const client = await openHolderSession(orders.database, () => process.exit(0))
  if (!(await isSnapshotWanted(journal, run, generation))) return
  const taken = await enterPlace(client, journal.installation, orders)
  if (taken === null) return
  const isRegistered = await registerHolder(
    journal,
    orders,
    { place, id: taken.id, pid: taken.pid },
    imports === null ? taken : null,
  )
  if (isRegistered) await untilUnwanted(journal, orders)
}

/** Waits until no query is to run in the snapshot any more, however long the journal is away meanwhile, up to a limit. */
async function untilUnwanted(journal: Journal, orders: HolderOrders): Promise<void> {
  const { run, generation } = orders
  let wake = new AbortController()
  await listenToRuns(journal, (changed) => changed === run && wake.abort())
  let attendedAt = Date.now()
  while (Date.now() - attendedAt < patienceMs) {
    wake = new AbortController()
    const isWanted = await isSnapshotWanted(journal, run, generation).catch(() => null)
    if (isWanted === false) return
    if (isWanted && (await isAttended(journal, orders).catch(() => false))) attendedAt = Date.now()
    await wait(lookMs, undefined, { signal: wake.signal }).catch(() => {})
  }
}

/** Whether an overseer lives that looks after the run. */
async function isAttended(journal: Journal, { run, private: isPrivate }: HolderOrders): Promise<boolean> {
  return isPrivate ? hasOverseer(journal, run) : (await countOverseers(journal)) > 0
}

/** Where no snapshot can be shared, the run fails and says why; anything else may pass. */
async function tell(journal: Journal, { run, generation }: HolderOrders, thrown: unknown): Promise<void> {
  if (thrown instanceof QueryPoolError && refusals.has(thrown.code))
    return failRun(journal, run, generation, { code: thrown.code, message: thrown.message })
  const message = `The snapshot cannot be held: ${causeOf(thrown)}`
  await recordEventSeldom(journal, run, 'QP_SNAPSHOT_NOT_TAKEN', message)
}

const refusals: ReadonlySet<string> = new Set(['QP_SNAPSHOT_POOLER', 'QP_SNAPSHOT_SERVERS_DIFFER'])
