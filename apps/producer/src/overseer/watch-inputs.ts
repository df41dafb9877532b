import { loseInput, readLostInputs, unfinishedRuns } from '@querypool/shared/journal'
import type { Charges } from './charge.ts'
import { topUp } from './dispatch-run.ts'

/**
 * Cancels the runs whose input is open while nobody is there to add to it.
 * @param suspects those that the last call found; renewed. Only what is found twice is cancelled, for a submitter that has
 *   lost its connection to the journal comes back within a second.
 */
export async function cancelLostInputs(charges: Charges, suspects: Set<string>): Promise<void> {
  const lost = await readLostInputs(charges.journal)
  for (const run of lost.filter((each) => suspects.has(each))) {
    const why = 'The program that submitted the run has ended before all its queries were there.'
    await loseInput(charges.journal, run, 'QueryPool, as its input was lost', why)
  }
  suspects.clear()
  for (const run of lost) suspects.add(run)
}

/** Hands out the queries that were added to these runs, and forgets the runs. */
export async function handOutAdded(charges: Charges, grown: Set<string>): Promise<void> {
  if (grown.size === 0) return
  const runs = new Set(grown)
  grown.clear()
  for (const { run, generation, database } of await unfinishedRuns(charges.journal, charges.privateRun)) {
    const charge = runs.has(run) ? charges.of(database) : null
    if (charge) await topUp(charge, run, generation)
  }
}
