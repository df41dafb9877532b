import { type Backend, findBackends, findHolders, type SnapshotHolder } from '@querypool/shared/database'
import type { EndingRun } from '@querypool/shared/journal'
import { askTarget } from './ask-target.ts'
import type { Charge } from './charge.ts'

/**
 * The backends of a run in its target database.
 * @throws as askTarget does
 */
export function findRunBackends(charge: Charge, run: string): Promise<Backend[]> {
  return askTarget(charge, run, (target) => findBackends(target, charge.queue.installation, run))
}

/**
 * Who holds the snapshot of a generation in the target database.
 * @throws as askTarget does
 */
export async function findRunHolders(charge: Charge, run: string, generation: number): Promise<SnapshotHolder[]> {
  const holders = await askTarget(charge, run, (target) => findHolders(target, charge.queue.installation, run))
  return holders.filter((holder) => holder.generation === generation)
}

/**
 * The backends of a run that work for a generation which is ending, or for an earlier one.
 * @throws as askTarget does
 */
export async function findEndingBackends(
  charge: Charge,
  { run, lastJob }: Pick<EndingRun, 'run' | 'lastJob'>,
): Promise<Backend[]> {
  return (await findRunBackends(charge, run)).filter(({ job }) => job <= lastJob)
}
