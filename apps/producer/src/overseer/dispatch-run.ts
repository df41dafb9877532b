import { claimJobs, readOpenJobs } from '@querypool/shared/journal'
import { addAttempts } from '@querypool/shared/queue'
import type { Charge } from './charge.ts'
import { guessOrder } from './guess-order.ts'
import { shareResults } from './share-results.ts'

/**
 * Puts a run's window into Redis: what the journal has as open and Redis lacks, then new jobs. Can be repeated. Does nothing
 * for a generation that was followed by another.
 * @returns how many jobs were added of those that Redis lacked, and of new ones
 */
export async function dispatchRun(
  charge: Charge,
  run: string,
  generation: number,
): Promise<{ readonly restored: number; readonly claimed: number }> {
  const open = (await readOpenJobs(charge.journal, run)).filter((job) => job.generation === generation)
  await shareResults(charge, run, generation)
  await guessOrder(charge, run, generation)
  const restored = await addAttempts(charge.queue, charge.store, open)
  return { restored, claimed: await topUp(charge, run, generation) }
}

/** Claims further queries of a run's generation, as far as its window has room, and adds their jobs. */
export function topUp(charge: Charge, run: string, generation: number): Promise<number> {
  return charge.claims.take(`${run}/${generation}`, async () => {
    await shareResults(charge, run, generation)
    return addClaimed(charge, run, generation)
  })
}

/** In strides, so that workers begin with the first while the others are claimed. */
async function addClaimed(charge: Charge, run: string, generation: number): Promise<number> {
  let added = 0
  for (;;) {
    const claimed = await claimJobs(charge.journal, run, generation, charge.capacity.atOnce)
    if (claimed.length === 0) return added
    added += await addAttempts(charge.queue, charge.store, claimed)
  }
}
