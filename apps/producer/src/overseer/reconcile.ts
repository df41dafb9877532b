import { finishRun, readOpenAttempts, recordEvent, type UnfinishedRun, unfinishedRuns } from '@querypool/shared/journal'
import { attemptJobId } from '@querypool/shared/queue'
import type { AttemptId } from '@querypool/shared/result'
import { isTerminal } from '@querypool/shared/run'
import { addMissing, isMissing, type MissingAttempt } from './add-missing.ts'
import { attendUnknown } from './attend-unknown.ts'
import type { Charge, Charges } from './charge.ts'
import { topUp } from './dispatch-run.ts'
import { addFlow } from './hand-out.ts'
import { type JobsInRedis, readJobsInRedis } from './jobs-in-redis.ts'
import { removeUnwanted } from './remove-unwanted.ts'
import { Suspects } from './suspects.ts'
import { writeReport } from './write-report.ts'

const again = 'QP_RUN_DISPATCHED_AGAIN'

/**
 * Gives what compares journal and Redis and repairs: a run whose flow is missing is dispatched, an open job that Redis
 * lacks is added, a job that should not be there is removed, a run that has all its results is ended. A run that is ending
 * needs none of that. What is as it should be is left alone, so that a second call right after writes nothing.
 */
export function reconciler(charges: Charges, onTrouble: (error: Error) => void): () => Promise<void> {
  // So that what is found wrong by two calls in turn counts, and not by one call that follows another at once.
  const graceMs = 0.8 * charges.timing.reconcileMs
  const missed = new Suspects(graceMs)
  const stuck = new Suspects(graceMs)
  const unwanted = new Suspects(graceMs)
  return async () => {
    const inRedis = await readJobsInRedis(charges)
    const missing: MissingAttempt[] = []
    const stuckNow = new Map<string, Charge>()
    for (const unfinished of await unfinishedRuns(charges.journal, charges.privateRun)) {
      const charge = charges.of(unfinished.database)
      if (charge === null) await attendUnknown(charges, unfinished.run, unfinished.database)
      else if (!unfinished.isEnding) {
        const compared = await compareRun(charge, unfinished, inRedis)
        missing.push(...compared.missing.map((attempt) => ({ charge, attempt })))
        if (compared.isStuck) stuckNow.set(unfinished.run, charge)
      }
    }
    const lasting = missed.look(missing.map(({ attempt }) => attemptJobId(attempt)))
    await addMissing(missing.filter(({ attempt }) => lasting.has(attemptJobId(attempt))))
    for (const run of stuck.look(stuckNow.keys())) await endStuck(stuckNow.get(run), run)
    await removeUnwanted(charges, inRedis, unwanted, onTrouble)
  }
}

/** What of a run is not in Redis as it should be, and whether nothing of it is left to do although it goes on. */
async function compareRun(
  charge: Charge,
  unfinished: UnfinishedRun,
  inRedis: JobsInRedis,
): Promise<{ missing: AttemptId[]; isStuck: boolean }> {
  const { run, generation, isGrowing } = unfinished
  const open = await readOpenAttempts(charge.journal, unfinished)
  if (await addFlow(charge, unfinished)) {
    if (open.length > 0)
      await recordEvent(charge.journal, run, again, 'The flow of the run had gone from Redis and was made again.')
    return { missing: [], isStuck: false }
  }
  const missing = open.filter((attempt) => isMissing(charge.queue, inRedis, attempt))
  // Of a run that still grows, the last queries may have come without a word.
  const claimed = missing.length === 0 ? await topUp(charge, run, generation) : 0
  return { missing, isStuck: open.length === 0 && claimed === 0 && !isGrowing }
}

/** Ends a run whose results are all in the journal, although Redis has not had it ended. */
async function endStuck(charge: Charge | undefined, run: string): Promise<void> {
  if (charge === undefined) return
  const state = await finishRun(charge.journal, run, (ended) => writeReport(charge.journal, charge.store, ended))
  if (state !== null && isTerminal(state))
    await recordEvent(
      charge.journal,
      run,
      again,
      'The run had all its results, and was ended without Redis, which did not do so.',
    )
}
