import { nextDispatch, readOpenJobs, recordEvent, unfinishedRuns } from '@querypool/shared/journal'
import { addAttempts, addRun, whichExist } from '@querypool/shared/queue'
import { attendUnknown } from './attend-unknown.ts'
import type { Charge, Charges } from './charge.ts'
import { topUp } from './dispatch-run.ts'

/**
 * Compares journal and Redis and repairs: a run whose flow is missing is dispatched, an open job that Redis lacks is
 * added. A run that is ending needs neither. What is there already is left alone, so that a second call right after writes nothing.
 *
 * @param suspects the open jobs that the last call missed in Redis; renewed. Only what is missed twice is added, for a
 *   job that was claimed a moment ago is on its way.
 */
export async function reconcile(charges: Charges, suspects: Set<string>): Promise<void> {
  const missedNow = new Set<string>()
  const unfinished = await unfinishedRuns(charges.journal, charges.privateRun)
  for (const { run, generation, database, queryCount, isEnding } of unfinished) {
    const charge = charges.of(database)
    if (charge === null) {
      await attendUnknown(charges, run, database)
      continue
    }
    if (isEnding) continue
    const open = await readOpenJobs(charge.journal, run)
    if (
      await addRun(charge.queue, { run, generation }, () => nextDispatch(charge.journal, run, generation), queryCount)
    ) {
      if (open.length > 0) await tell(charge, run, 'The flow of the run had gone from Redis and was made again.')
      continue
    }
    const exist = await whichExist(charge.queue, open)
    const missing = open.filter((_, index) => !exist[index])
    const names = missing.map((job) => `${run}:${job.job}:${job.attempt}`)
    for (const name of names) missedNow.add(name)
    const lost = missing.filter((_, index) => suspects.has(names[index] ?? ''))
    const added = await addAttempts(charge.queue, charge.store, lost)
    if (added > 0) await tell(charge, run, `${added} jobs had gone from Redis and were made again.`)
    // Of a run that still grows, the last queries may have come without a word.
    if (missing.length === 0) await topUp(charge, run, generation)
  }
  suspects.clear()
  for (const name of missedNow) suspects.add(name)
}

async function tell(charge: Charge, run: string, message: string): Promise<void> {
  await recordEvent(charge.journal, run, 'QP_RUN_DISPATCHED_AGAIN', message)
}
