import { setTimeout as wait } from 'node:timers/promises'
import { type Backend, cancelBackends, endHolders, terminateBackends } from '@querypool/shared/database'
import {
  confirmEnd,
  type EndingRun,
  endMoreUnclaimed,
  endUnclaimedAgain,
  endWaiting,
  finishRun,
  readOpenAttempts,
  readRun,
  recordEventSeldom,
} from '@querypool/shared/journal'
import { hintCancelled, removeWaiting } from '@querypool/shared/queue'
import { removePartsOfGeneration } from '@querypool/shared/result'
import type { Charge } from './charge.ts'
import { findEndingBackends, findRunHolders } from './find-run-backends.ts'
import { settleSilent } from './settle-silent.ts'
import { tellLateWrites } from './tell-late-writes.ts'
import { writeReport } from './write-report.ts'

/** How long a backend may ignore being cancelled before it is ended, and before a person is told of it, in ms. */
const patienceMs = 5000
const tellAfterMs = 2000
// A database can be reached without Redis, so a Redis that does not answer keeps nothing from being cancelled there.
const redisPatienceMs = 2000
// A run may have a million queries that wait; what runs is looked at in between.
const endingAtOnceMs = 2000

/** What an overseer remembers of a run while it ends it. */
export interface EndingMemory {
  /** Since when it is at it, in ms. */
  readonly since: number
  /** Attempts without a backend and without a manifest, by job and number, and since when they are seen so. */
  readonly silent: Map<string, number>
}

/**
 * One step of ending a run that was cancelled or stopped: what waits in Redis is taken out of it and settled, what runs is
 * cancelled in the database, what has ended is settled. The run gets its state when nothing of it is open, and after that
 * no backend of it was found. Can be repeated at any point, by any number of overseers at once, also when the generation was
 * followed by another, which is left alone.
 * @returns `waits`: something is left; do the next step soon
 * @throws QP_DATABASE_UNREACHABLE_FROM_OVERSEER
 */
export async function endRun(charge: Charge, ending: EndingRun, memory: EndingMemory): Promise<'ended' | 'waits'> {
  const { journal, store } = charge
  const { run, generation } = ending
  const telling = keepFromBeginning(charge, ending)
  const [isTold, backends] = await Promise.all([
    Promise.race([telling, wait(redisPatienceMs, false, { ref: false })]),
    endBackends(charge, ending, memory),
  ])
  if (!isTold || (await endWithoutJobs(charge, ending))) return 'waits'
  await settleSilent(charge, ending, backends, memory.silent)
  if ((await readOpenAttempts(journal, ending)).length > 0) return 'waits'
  // The last look is later than anything that keeps attempts from beginning.
  if ((await findEndingBackends(charge, ending)).length > 0) return 'waits'
  if (ending.sharedSnapshot && (await isHeld(charge, ending))) return 'waits'
  await removePartsOfGeneration(store, ending)
  if (ending.isOver) {
    await tellLateWrites(charge, ending)
    await confirmEnd(journal, ending)
    return 'ended'
  }
  const state = await finishRun(journal, run, (ended) => writeReport(journal, store, ended))
  if (state !== null || (await readRun(journal, run)).generation !== generation) return 'ended'
  await endUnclaimedAgain(journal, run, generation)
  return 'waits'
}

/** Tells workers to begin nothing more of a run, and settles what none has taken. @returns whether Redis has taken it */
async function keepFromBeginning({ journal, queue }: Charge, ending: EndingRun): Promise<boolean> {
  if (queue.redis.status !== 'ready') return false
  await hintCancelled(queue.redis, queue.prefix, ending)
  const open = await readOpenAttempts(journal, ending)
  await endWaiting(journal, ending.run, await removeWaiting(queue, open))
  return true
}

/** Ends queries that no job carries yet, for a while. @returns whether there may be more */
async function endWithoutJobs({ journal }: Charge, { run, generation }: EndingRun): Promise<boolean> {
  const until = Date.now() + endingAtOnceMs
  while (await endMoreUnclaimed(journal, run, generation)) if (Date.now() > until) return true
  return false
}

async function endBackends(charge: Charge, ending: EndingRun, { since }: EndingMemory): Promise<Backend[]> {
  const { target, queue } = charge
  const { run } = ending
  const backends = await findEndingBackends(charge, ending)
  if (backends.length === 0) return backends
  const elapsedMs = Date.now() - since
  await (elapsedMs < patienceMs ? cancelBackends : terminateBackends)(target, queue.installation, run, backends)
  if (elapsedMs > tellAfterMs) {
    const pids = backends.map(({ pid }) => pid).join(', ')
    const message = `What runs in the database has been cancelled there and has not ended yet: server processes ${pids}.`
    await recordEventSeldom(charge.journal, run, 'QP_CANCEL_WAITS', message)
  }
  return backends
}

/** Whether somebody holds the snapshot of a generation; who does is ended. */
async function isHeld(charge: Charge, { run, generation }: EndingRun): Promise<boolean> {
  const holders = await findRunHolders(charge, run, generation)
  await endHolders(charge.target, charge.queue.installation, run, holders)
  return holders.length > 0
}
