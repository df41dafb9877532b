import { listenToRuns, sweepAlone, unfinishedRuns } from '@querypool/shared/journal'
import { noteInstallation } from '@querypool/shared/result'
import { Worker } from 'bullmq'
import { cancelRun } from './cancel-run.ts'
import { carryLimits } from './carry-limits.ts'
import type { Charges } from './charge.ts'
import { noteProgress } from './note-progress.ts'
import { processResultJob, processRunJob } from './process-job.ts'
import { publisher } from './publish-results.ts'
import { reconcile } from './reconcile.ts'
import { type Repeated, repeat } from './repeat.ts'
import { retainer } from './retain-runs.ts'

/** A running overseer. */
export interface Overseer {
  /** When it last compared journal and Redis without trouble, or saw that another overseer does. */
  readonly reconciledAt: Date | null
  /** Ends it; jobs that it was processing are finished first. */
  stop(): Promise<void>
}

const reconcileMs = 5000
const cancelSweepMs = 500
const limitsMs = 1000
const publishMs = 5000
const retainMs = 60_000
// How many runs are remembered as dispatched; more than that, and each change of a run has them compared.
const mostKnown = 10_000

/** How long an overseer's own jobs stay locked without renewal, and how often stalled ones are looked for, in ms. */
export interface OverseerTiming {
  readonly lockMs: number
  readonly stalledCheckMs: number
}

/**
 * Starts an overseer: it dispatches, settles, collects, publishes, finishes, cancels and reconciles the runs in
 * its charge.
 * @param onTrouble told of what failed and will be tried again, for the log
 */
export async function startOverseer(
  charges: Charges,
  timing: OverseerTiming,
  onTrouble: (error: Error) => void,
): Promise<Overseer> {
  const { journal, connection } = charges
  const options = {
    connection: connection.redis,
    prefix: connection.prefix,
    lockDuration: timing.lockMs,
    stalledInterval: timing.stalledCheckMs,
    maxStalledCount: 1000,
  }
  await noteInstallation(charges.store, journal.installation)
  await carryLimits(charges).catch(onTrouble)
  const progress = noteProgress(charges, onTrouble)
  const runs = new Worker(charges.runsQueue, (job, token) => processRunJob(charges, job, token), {
    ...options,
    concurrency: 4,
  })
  const results = new Worker(charges.resultsQueue, (job, token) => processResultJob(charges, progress, job, token), {
    ...options,
    concurrency: 16,
  })
  for (const worker of [runs, results]) {
    worker.on('error', onTrouble)
    worker.on('failed', (_job, error) => onTrouble(error))
  }
  let reconciledAt: Date | null = null
  const suspects = new Set<string>()
  const known = new Set<string>()
  const reconcileAlone = async (): Promise<void> => {
    if (charges.privateRun !== null) await reconcile(charges, suspects)
    else await sweepAlone(journal, 'reconcile', () => reconcile(charges, suspects))
    reconciledAt = new Date()
  }
  const repeated = [
    repeat(reconcileMs, reconcileAlone, onTrouble),
    repeat(cancelSweepMs, () => cancelRequested(charges), onTrouble),
    repeat(limitsMs, () => carryLimits(charges), onTrouble),
  ] as const
  const publishing = repeatWhileMore(publishMs, publisher(charges), onTrouble)
  const { retention } = charges
  const retaining = retention && repeatWhileMore(retainMs, retainer(charges, retention, onTrouble), onTrouble)
  const listener = await listenToRuns(journal, (run) => {
    publishing.now()
    if (known.has(run)) return
    repeated[0].now()
    if (known.size >= mostKnown) known.clear()
    known.add(run)
  })
  repeated[0].now()
  publishing.now()
  retaining?.now()
  return {
    get reconciledAt() {
      return reconciledAt
    },
    stop: async () => {
      await listener.close()
      await Promise.all([...repeated, publishing, retaining].map((work) => work?.stop()))
      await Promise.all([runs.close(), results.close(), progress.close()])
    },
  }
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

async function cancelRequested(charges: Charges): Promise<void> {
  for (const { run, generation, database, cancelRequestedAt } of await unfinishedRuns(
    charges.journal,
    charges.privateRun,
  )) {
    const charge = cancelRequestedAt === null ? null : charges.of(database)
    if (charge && cancelRequestedAt) await cancelRun(charge, { run, generation }, cancelRequestedAt)
  }
}
