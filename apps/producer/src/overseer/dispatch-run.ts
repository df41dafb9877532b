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
  return { restored, claimed: await addClaimed(charge, run, generation) }
}

/** Claims further queries of a run's generation, if its window has room, and adds their jobs. */
export async function topUp(charge: Charge, run: string, generation: number): Promise<number> {
  await shareResults(charge, run, generation)
  return addClaimed(charge, run, generation)
}

async function addClaimed(charge: Charge, run: string, generation: number): Promise<number> {
  const claimed = await claimJobs(charge.journal, run, generation, charge.capacity.atOnce)
  return addAttempts(charge.queue, charge.store, claimed)
}
