import { QueryPoolError } from '@querypool/shared/errors'
import { readCollectResultsData, readOfRunData, removeAttempt } from '@querypool/shared/queue'
import { DelayedError, type Job, WaitingChildrenError } from 'bullmq'
import type { Charge, Charges } from './charge.ts'
import { collectResults } from './collect-results.ts'
import { dispatchRun } from './dispatch-run.ts'
import { finishRun } from './finish-run.ts'
import type { ProgressNotes } from './note-progress.ts'

const askAgainMs = 1000

/** What processes a job. */
type Processor = (job: Job, token: string | undefined) => Promise<void>

/** Has what fails told as it fails: BullMQ tells of it only when Redis has taken that the job has failed. */
export function tellingOfFailures(onTrouble: (error: Error) => void): (process: Processor) => Processor {
  return (process) => async (job, token) => {
    try {
      await process(job, token)
    } catch (error) {
      const isPutBack = error instanceof DelayedError || error instanceof WaitingChildrenError
      if (!isPutBack) onTrouble(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }
}

/** Processes a job of the queue of runs: dispatch-run or finish-run. */
export async function processRunJob(charges: Charges, job: Job, token: string | undefined): Promise<void> {
  const { run, generation, database } = readOfRunData(job.data)
  const charge = chargeOf(charges, database)
  if (job.name === 'dispatch-run') {
    await dispatchRun(charge, run, generation)
    return
  }
  if ((await finishRun(charge, run, generation)) === 'finished') return
  if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError()
  // It has none, or they were over before we could wait for them: look again.
  await job.moveToDelayed(Date.now() + askAgainMs, token)
  throw new DelayedError()
}

/** Processes a job of the queue of results: collect-results. */
export async function processResultJob(
  charges: Charges,
  progress: ProgressNotes,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const data = readCollectResultsData(job.data)
  const charge = chargeOf(charges, data.database)
  if ((await collectResults(charge, data)) === 'done') {
    // As this job itself goes at once, in a large run.
    if (job.opts.removeOnComplete === true) await removeAttempt(charge.queue, data)
    return progress.settled(data.run)
  }
  await job.moveToDelayed(Date.now() + askAgainMs, token)
  throw new DelayedError()
}

/** @throws QP_DATABASE_NOT_CONFIGURED: the job is then tried again, by an overseer that knows the database */
function chargeOf(charges: Charges, database: string | null): Charge {
  const charge = charges.of(database)
  if (charge) return charge
  throw new QueryPoolError(
    'QP_DATABASE_NOT_CONFIGURED',
    `The database ${database} is not in this overseer's configuration.`,
  )
}
