import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { ensureEmbeddedServers } from '@querypool/local/servers'
import { addressOf } from '@querypool/shared/config'
import { findBackends, openTargetPool } from '@querypool/shared/database'
import { asQueryPoolError } from '@querypool/shared/errors'
import {
  type Journal,
  openJournal,
  readRun,
  readUnreleased,
  recordEvent,
  takeOverseerLock,
} from '@querypool/shared/journal'
import { connectQueues, openRunQueue, privateQueueNames, removeRunQueue } from '@querypool/shared/queue'
import { openStore } from '@querypool/shared/result'
import { isTerminal } from '@querypool/shared/run'
import { type Charge, type Charges, publishAllOf, SharedTurns, sendAllOf, startOverseer } from '../overseer/index.ts'
import { type PrivateOrders, readPrivateOrders } from './private-orders.ts'
import { startWorkers } from './start-workers.ts'
import { privateTiming } from './timing.ts'

const lookMs = 200
// Longer than a grace period, and than it takes until what silent workers have left is ended.
const deadWorkersMs = privateTiming.silentWorkerMs + 30_000
const releaseDeadlineMs = 60_000
const keeperLookMs = 3000

/**
 * The overseer of a private run, as a process: reads its orders from standard input, starts the workers, says on standard
 * output that it is ready or why it cannot be, serves the run until it is over and published, and ends. It outlives whoever
 * started it, once the run is submitted.
 */
export async function servePrivateRun(): Promise<void> {
  const lines = createInterface({ input: process.stdin })
  let isAlone = false
  lines.on('close', () => {
    isAlone = true
  })
  process.stdout.on('error', () => {})
  // Ctrl-C is for the one who started it, who then asks for a cancel.
  process.on('SIGINT', () => {})
  const orders = readPrivateOrders(await new Promise<string>((resolve) => lines.once('line', resolve)))
  try {
    const journal = await openJournal(orders.journalUrl)
    const lock = await takeOverseerLock(journal, orders.run, () => process.exit(1))
    if (lock === null) say({ ready: true })
    else {
      await serve(orders, journal, () => isAlone)
      lock.release()
    }
    await journal.close()
    lines.close()
  } catch (thrown) {
    const { code, message } = asQueryPoolError(thrown)
    say({ ready: false, code, message })
    // What is open would keep this process alive, with the lock; its workers end when their input does.
    process.exit(1)
  }
}

async function serve(orders: PrivateOrders, journal: Journal, isAlone: () => boolean): Promise<void> {
  const store = await openStore(orders.storeLocation)
  const names = privateQueueNames(orders.run)
  const connection = connectQueues(orders.redisUrl, journal.installation)
  const queue = openRunQueue(connection, names)
  const target = openTargetPool(addressOf(orders.database), 2)
  const trouble = (error: Error): void => void process.stderr.write(`overseer: ${error.message}\n`)
  const keeping = keepEmbedded(orders, journal, trouble)
  const { name, maxConcurrency } = orders.database
  const database = name === null ? null : { name, maxConcurrency }
  const own = { capacity: { atOnce: null }, claims: new SharedTurns<number>() }
  const charge: Charge = { journal, queue, store, target, resolved: orders.database, database, ...own }
  const charges: Charges = {
    journal,
    store,
    connection,
    runsQueue: names.runs,
    resultsQueue: names.results,
    privateRun: orders.run,
    retention: null,
    notifying: { environment: process.env, allowPrivate: orders.allowPrivate },
    timing: privateTiming,
    all: [charge],
    of: () => charge,
  }
  const overseer = await startOverseer(charges, trouble)
  await untilBackendsEnd(charge, orders.run)
  const workers = await startWorkers(
    orders,
    journal.installation,
    names.queries,
    (name, why) => {
      void recordEvent(journal, orders.run, 'QP_WORKER_LOST', `${name} ${why}; another was started.`).catch(trouble)
    },
    (pids) => untilBackendsEnd(charge, orders.run, pids),
  )
  say({ ready: true })
  await untilOver(journal, orders, isAlone)
  await untilReleased(journal, orders.run)
  await overseer.stop()
  await workers.stop()
  await publishAllOf(charges, orders.run, trouble)
  await sendAllOf(charges, orders.run, trouble)
  clearInterval(keeping)
  await removeRunQueue(queue).catch(trouble)
  await connection.close()
  await target.end()
}

/**
 * Waits until what dead workers have left running in the database has ended, so that there are never more queries at once
 * than the run may have: those of a dead overseer's workers, or of one worker. Cancels work meanwhile.
 * @param pids only these server processes; all of the run's when absent
 */
async function untilBackendsEnd(charge: Charge, run: string, pids?: ReadonlySet<number>): Promise<void> {
  const deadline = Date.now() + deadWorkersMs
  for (;;) {
    const backends = await findBackends(charge.target, charge.queue.installation, run).catch(() => null)
    const left = backends?.filter(({ pid }) => pids === undefined || pids.has(pid))
    if (left?.length === 0 || Date.now() > deadline) return
    await wait(lookMs)
  }
}

/**
 * Waits until the generation is over, however long the journal is away meanwhile; also ends when nobody submits it. Writing
 * a million queries takes a minute, so that whoever does it is waited for as long as it lives.
 */
async function untilOver(journal: Journal, { run, generation }: PrivateOrders, isAlone: () => boolean): Promise<void> {
  for (;;) {
    const state = await readRun(journal, run).then(
      (view) => (view.generation < generation ? 'absent' : view.state),
      (error: Error & { code?: string }) => (error.code === 'QP_RUN_NOT_FOUND' ? 'absent' : 'unknown'),
    )
    if (state === 'absent' ? isAlone() : state !== 'unknown' && isTerminal(state)) return
    await wait(lookMs)
  }
}

/** Waits until nothing of the run's snapshots is left in the database: nobody else would see to that. */
async function untilReleased(journal: Journal, run: string): Promise<void> {
  const deadline = Date.now() + releaseDeadlineMs
  while (Date.now() < deadline) {
    const left = await readUnreleased(journal, run).catch(() => null)
    if (left?.length === 0) return
    await wait(lookMs)
  }
}

/** Looks after the keeper of the embedded servers, if there are any: nobody else does as long as the run goes on. */
function keepEmbedded(orders: PrivateOrders, journal: Journal, trouble: (error: Error) => void): NodeJS.Timeout {
  const { embedded, run } = orders
  const onNewKeeper = (): void => {
    const message = 'The keeper of the embedded servers had died and was started again.'
    recordEvent(journal, run, 'QP_KEEPER_RESTARTED', message).catch(trouble)
  }
  return setInterval(() => {
    if (embedded)
      ensureEmbeddedServers(embedded.home, { onNewKeeper, redisServer: embedded.redisServer ?? undefined }).catch(
        trouble,
      )
  }, keeperLookMs)
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
