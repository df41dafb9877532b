import { nextDispatch, type UnfinishedRun, unfinishedRuns } from '@querypool/shared/journal'
import { addRun } from '@querypool/shared/queue'
import { attendUnknown } from './attend-unknown.ts'
import type { Charge, Charges } from './charge.ts'
import { topUp } from './dispatch-run.ts'

/** Adds the flows of new runs and generations, and forgets them. What fails is for the reconciler. */
export async function handOutNew(charges: Charges, fresh: Set<string>): Promise<void> {
  for (const { charge, unfinished } of await take(charges, fresh)) {
    if (charge === null) await attendUnknown(charges, unfinished.run, unfinished.database)
    else if (!unfinished.isEnding) await addFlow(charge, unfinished)
  }
}

/** Hands out the queries that were added to these runs, and forgets the runs. */
export async function handOutAdded(charges: Charges, grown: Set<string>): Promise<void> {
  for (const { charge, unfinished } of await take(charges, grown))
    if (charge !== null) await topUp(charge, unfinished.run, unfinished.generation)
}

/**
 * Adds the flow of a run's generation, unless Redis has it or the snapshot that its queries share is still to be taken.
 * @returns whether it was added
 */
export async function addFlow(
  charge: Charge,
  { run, generation, queryCount, lastDispatch, lacksSnapshot }: UnfinishedRun,
): Promise<boolean> {
  if (lacksSnapshot) return false
  const next = (): Promise<number | null> => nextDispatch(charge.journal, run, generation, lastDispatch)
  return addRun(charge.queue, { run, generation }, { last: lastDispatch, next }, queryCount)
}

async function take(
  charges: Charges,
  names: Set<string>,
): Promise<{ readonly charge: Charge | null; readonly unfinished: UnfinishedRun }[]> {
  if (names.size === 0) return []
  const runs = [...names]
  names.clear()
  const found = await unfinishedRuns(charges.journal, charges.privateRun, runs)
  return found.map((unfinished) => ({ charge: charges.of(unfinished.database), unfinished }))
}
