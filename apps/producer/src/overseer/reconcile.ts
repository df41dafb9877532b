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
  let complete = new Set<string>()
  return async () => {
    const inRedis = await readJobsInRedis(charges)
    const missing: MissingAttempt[] = []
    const stuckNow = new Map<string, { charge: Charge; unfinished: UnfinishedRun }>()
    const completeNow = new Set<string>()
    for (const unfinished of await unfinishedRuns(charges.journal, charges.privateRun)) {
      const charge = charges.of(unfinished.database)
      if (charge === null) await attendUnknown(charges, unfinished.run, unfinished.database)
      else if (!unfinished.isEnding) {
        const { run } = unfinished
        const compared = await compareRun(charge, unfinished, inRedis, complete.has(run))
        missing.push(...compared.missing.map((attempt) => ({ charge, attempt })))
        if (compared.isStuck) stuckNow.set(run, { charge, unfinished })
        if (!unfinished.isGrowing) completeNow.add(run)
      }
    }
    complete = completeNow
    const lasting = missed.look(missing.map(({ attempt }) => attemptJobId(attempt)))
    await addMissing(missing.filter(({ attempt }) => lasting.has(attemptJobId(attempt))))
    for (const run of stuck.look(stuckNow.keys())) await goOn(stuckNow.get(run))
    await removeUnwanted(charges, inRedis, unwanted, onTrouble)
  }
}

/**
 * What of a run is not in Redis as it should be, and whether nothing of it is left to do although it goes on.
 * @param isComplete whether an earlier call has seen that no more queries come
 */
async function compareRun(
  charge: Charge,
  unfinished: UnfinishedRun,
  inRedis: JobsInRedis,
  isComplete: boolean,
): Promise<{ missing: AttemptId[]; isStuck: boolean }> {
  const { run, generation, isGrowing, lacksSnapshot } = unfinished
  const open = await readOpenAttempts(charge.journal, unfinished)
  if (await addFlow(charge, unfinished)) {
    if (open.length > 0)
      await recordEvent(charge.journal, run, again, 'The flow of the run had gone from Redis and was made again.')
    return { missing: [], isStuck: false }
  }
  const missing = open.filter((attempt) => isMissing(charge.queue, inRedis, attempt))
  // The last queries may have come without a word. Later only what `finish-run` waits for claims, or that would be let go
  // while what was claimed is on its way.
  if (!isComplete && missing.length === 0) await topUp(charge, run, generation)
  return { missing, isStuck: open.length === 0 && !isGrowing && !lacksSnapshot }
}

/** Hands out what is left of a run, or ends it when its results are all in the journal: Redis has done neither. */
async function goOn(stuck: { charge: Charge; unfinished: UnfinishedRun } | undefined): Promise<void> {
  if (stuck === undefined) return
  const { charge, unfinished } = stuck
  const { run, generation } = unfinished
  if ((await topUp(charge, run, generation)) > 0) return
  const state = await finishRun(charge.journal, run, (ended) => writeReport(charge.journal, charge.store, ended))
  if (state !== null && isTerminal(state))
    await recordEvent(
      charge.journal,
      run,
      again,
      'The run had all its results, and was ended without Redis, which did not do so.',
    )
}
