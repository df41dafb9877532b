import { listenToRuns, sweepAlone } from '@querypool/shared/journal'
import { endWhenAway, failLost } from '@querypool/shared/queue'
import { noteInstallation, refuseReplacing } from '@querypool/shared/result'
import { Worker } from 'bullmq'
import { carryLimits } from './carry-limits.ts'
import type { Charges } from './charge.ts'
import { ender } from './end-runs.ts'
import { handOutAdded, handOutNew } from './hand-out.ts'
import { snapshotKeeper } from './keep-snapshots.ts'
import { lookAtWorkers } from './look-at-workers.ts'
import { noteProgress } from './note-progress.ts'
import { processResultJob, processRunJob, tellingOfFailures } from './process-job.ts'
import { publisher } from './publish-results.ts'
import { reconciler } from './reconcile.ts'
import { type Repeated, repeat } from './repeat.ts'
import { retainer } from './retain-runs.ts'
import { notificationSender } from './send-notifications.ts'
import { backendSweeper } from './sweep-backends.ts'
import { scheduleTicker } from './tick-schedules.ts'
import { cancelLostInputs } from './watch-inputs.ts'

/** A running overseer. */
export interface Overseer {
  /** When it last compared journal and Redis without trouble, or saw that another overseer does. */
  readonly reconciledAt: Date | null
  /** Ends it; jobs that it was processing are finished first, unless Redis is away. */
  stop(): Promise<void>
}

const limitsMs = 1000
const workersMs = 2000
const publishMs = 5000
const retainMs = 60_000
const ticksMs = 1000
// How many runs are remembered as dispatched; more than that, and each is looked at again.
const mostKnown = 10_000

/**
 * Starts an overseer: it dispatches, settles, collects, publishes, finishes, notifies, cancels and reconciles the
 * runs in its charge.
 * @param onTrouble told of what failed and will be tried again, for the log
 */
export async function startOverseer(charges: Charges, onTrouble: (error: Error) => void): Promise<Overseer> {
  const { journal, connection, timing } = charges
  const options = {
    connection: connection.redis,
    prefix: connection.prefix,
    lockDuration: timing.workerLockMs,
    stalledInterval: timing.stalledCheckMs,
    maxStalledCount: 1000,
  }
  await refuseReplacing(charges.store)
  await noteInstallation(charges.store, journal.installation)
  await carryLimits(charges).catch(onTrouble)
  const progress = noteProgress(charges, onTrouble)
  const telling = tellingOfFailures(onTrouble)
  const runs = new Worker(charges.runsQueue, telling(processRunJob.bind(null, charges)), {
    ...options,
    concurrency: 4,
  })
  const results = new Worker(charges.resultsQueue, telling(processResultJob.bind(null, charges, progress)), {
    ...options,
    concurrency: 16,
  })
  for (const worker of [runs, results]) worker.on('error', onTrouble)
  let reconciledAt: Date | null = null
  const reconcile = reconciler(charges, onTrouble)
  const known = new Set<string>()
  const lostInputs = new Set<string>()
  const fresh = new Set<string>()
  const grown = new Set<string>()
  const reconcileAlone = async (): Promise<void> => {
    if (charges.privateRun !== null) await reconcile()
    else
      await sweepAlone(journal, 'reconcile', async () => {
        await reconcile()
        await cancelLostInputs(charges, lostInputs)
      })
    reconciledAt = new Date()
  }
  const reconciling = repeat(timing.reconcileMs, reconcileAlone, onTrouble)
  const growing = repeat(timing.reconcileMs, () => handOutAdded(charges, grown), onTrouble)
  const starting = repeat(timing.reconcileMs, () => handOutNew(charges, fresh), onTrouble)
  const repeated = [
    reconciling,
    growing,
    starting,
    repeat(limitsMs, () => carryLimits(charges), onTrouble),
    repeat(workersMs, () => lookAtWorkers(charges), onTrouble),
    repeat(timing.stalledCheckMs, () => failLostOf(charges), onTrouble),
    ...charges.all.map((charge) => backendSweeper(charges, charge, onTrouble)),
  ]
  const ending = ender(charges, onTrouble)
  const keeping = snapshotKeeper(charges, onTrouble)
  const publishing = repeatWhileMore(publishMs, publisher(charges), onTrouble)
  const notifying = notificationSender(charges, onTrouble)
  const { retention } = charges
  const retaining = retention && repeatWhileMore(retainMs, retainer(charges, retention, onTrouble), onTrouble)
  const ticking =
    charges.privateRun === null ? repeatWhileMore(ticksMs, scheduleTicker(charges, onTrouble), onTrouble) : null
  const noteChange = (run: string): void => {
    publishing.now()
    notifying.now()
    keeping.changed(run)
    if (known.has(run)) return
    if (known.size >= mostKnown) known.clear()
    known.add(run)
    const [id = run] = run.split('/')
    fresh.add(id)
    starting.now()
    keeping.now()
  }
  const listener = await listenToRuns(journal, noteChange, {
    onEnding: () => ending.now(),
    onInput: (run) => {
      grown.add(run)
      growing.now()
    },
  })
  reconciling.now()
  ending.now()
  keeping.now()
  publishing.now()
  retaining?.now()
  ticking?.now()
  return {
    get reconciledAt() {
      return reconciledAt
    },
    stop: async () => {
      const forgetRedis = endWhenAway(connection.redis)
      await listener.close()
      const works = [...repeated, ending, keeping, publishing, notifying, retaining, ticking]
      await Promise.all(works.map((work) => work?.stop()))
      await Promise.all([runs.close(), results.close(), progress.close()])
      forgetRedis()
    },
  }
}

/** Ends the jobs that have lost their workers. */
async function failLostOf({ all }: Charges): Promise<void> {
  for (const { queue } of all) await failLost(queue)
}

/** Repeats what also says whether there is more to do at once. */
function repeatWhileMore(everyMs: number, work: () => Promise<boolean>, onTrouble: (error: Error) => void): Repeated {
  const repeated: Repeated = repeat(
    everyMs,
    async () => {
      if (await work()) repeated.now()
    },
    onTrouble,
  )
  return repeated
}
