import { loseInput, readLostInputs } from '@querypool/shared/journal'
import type { Charges } from './charge.ts'

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
