import { type Listener, listenToRuns, unfinishedRuns } from '@querypool/shared/journal'
import { readCollectResultsData, readOfRunData } from '@querypool/shared/queue'
import { DelayedError, type Job, WaitingChildrenError, Worker } from 'bullmq'
import { cancelRun } from './cancel-run.ts'
import type { Charge } from './charge.ts'
import { collectResults } from './collect-results.ts'
import { dispatchRun } from './dispatch-run.ts'
import { finishRun } from './finish-run.ts'
import { noteProgress, type ProgressNotes } from './note-progress.ts'
import { reconcile } from './reconcile.ts'

/** A running overseer. */
export interface Overseer {
  /** Ends it; jobs that it was processing are finished first. */
  stop(): Promise<void>
}

const askAgainMs = 1000
const reconcileMs = 5000
const cancelSweepMs = 500

/** How long an overseer's own jobs stay locked without renewal, and how often stalled ones are looked for, in ms. */
export interface OverseerTiming {
  readonly lockMs: number
  readonly stalledCheckMs: number
}

/**
 * Starts an overseer: it dispatches, settles, collects, finishes, cancels and reconciles the runs in its charge.
 * @param onTrouble told of what failed and will be tried again, for the log
 */
export async function startOverseer(
  charge: Charge,
  timing: OverseerTiming,
  onTrouble: (error: Error) => void,
): Promise<Overseer> {
  const options = {
    connection: charge.queue.redis,
    prefix: charge.queue.prefix,
    lockDuration: timing.lockMs,
    stalledInterval: timing.stalledCheckMs,
    maxStalledCount: 1000,
  }
  const progress = noteProgress(charge, onTrouble)
  const runs = new Worker(charge.queue.names.runs, (job, token) => processRunJob(charge, job, token), {
    ...options,
    concurrency: 4,
  })
  const results = new Worker(
    charge.queue.names.results,
    (job, token) => processResultJob(charge, progress, job, token),
    {
      ...options,
      concurrency: 16,
    },
  )
  for (const worker of [runs, results]) {
    worker.on('error', onTrouble)
    worker.on('failed', (_job, error) => onTrouble(error))
  }
  const suspects = new Set<string>()
  const reconciling = repeat(reconcileMs, () => reconcile(charge, suspects), onTrouble)
  const cancelling = repeat(cancelSweepMs, () => cancelRequested(charge), onTrouble)
  const known = new Set<string>()
  const listener: Listener = await listenToRuns(charge.journal, (run) => {
    if (!known.has(run)) reconciling.now()
    known.add(run)
  })
  reconciling.now()
  return {
    stop: async () => {
      await listener.close()
      await Promise.all([reconciling.stop(), cancelling.stop()])
      await Promise.all([runs.close(), results.close(), progress.close()])
    },
  }
}

async function processRunJob(charge: Charge, job: Job, token: string | undefined): Promise<void> {
  const { run } = readOfRunData(job.data)
  if (job.name === 'dispatch-run') {
    await dispatchRun(charge, run)
    return
  }
  if ((await finishRun(charge, run)) === 'finished') return
  if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError()
  // The child was over before we could wait for it: look again.
  await job.moveToDelayed(Date.now() + askAgainMs, token)
  throw new DelayedError()
}

async function processResultJob(
  charge: Charge,
  progress: ProgressNotes,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const { since } = job.progress as { since?: string }
  const endedAt = new Date(since ?? job.processedOn ?? Date.now())
  const data = readCollectResultsData(job.data)
  const collected = await collectResults(charge, data, endedAt)
  if (collected === 'done') return progress.settled(data.run)
  if (since === undefined) await job.updateProgress({ since: endedAt.toISOString() })
  await job.moveToDelayed(Date.now() + askAgainMs, token)
  throw new DelayedError()
}

async function cancelRequested(charge: Charge): Promise<void> {
  for (const run of await unfinishedRuns(charge.journal, charge.privateRun))
    if (run.cancelRequestedAt !== null) await cancelRun(charge, run.run, run.cancelRequestedAt)
}

/** Calls `work` every so often, never twice at once; `now` calls it at once. */
function repeat(
  everyMs: number,
  work: () => Promise<void>,
  onTrouble: (error: Error) => void,
): { now(): void; stop(): Promise<void> } {
  let running: Promise<void> | null = null
  let isDue = false
  const run = (): void => {
    if (running) {
      isDue = true
      return
    }
    isDue = false
    running = work()
      .catch((error: unknown) => onTrouble(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        running = null
        if (isDue) run()
      })
  }
  const timer = setInterval(run, everyMs)
  return {
    now: run,
    stop: async () => {
      clearInterval(timer)
      isDue = false
      await running
    },
  }
}
