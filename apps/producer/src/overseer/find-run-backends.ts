import { type Backend, causeOf, findBackends, findHolders, type SnapshotHolder } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { type EndingRun, recordEventSeldom } from '@querypool/shared/journal'
import type { Charge } from './charge.ts'

/**
 * The backends of a run in its target database.
 * @throws QP_DATABASE_UNREACHABLE_FROM_OVERSEER, which the events of the run tell too; what asked is tried again
 */
export async function findRunBackends(charge: Charge, run: string): Promise<Backend[]> {
  return reach(charge, run, () => findBackends(charge.target, charge.queue.installation, run))
}

/**
 * Who holds the snapshot of a generation in the target database.
 * @throws as findRunBackends does
 */
export async function findRunHolders(charge: Charge, run: string, generation: number): Promise<SnapshotHolder[]> {
  const holders = await reach(charge, run, () => findHolders(charge.target, charge.queue.installation, run))
  return holders.filter((holder) => holder.generation === generation)
}

async function reach<T>(charge: Charge, run: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    const code = 'QP_DATABASE_UNREACHABLE_FROM_OVERSEER'
    const message = `The overseer cannot reach ${charge.database?.name ?? 'the database'}: ${causeOf(cause)}`
    await recordEventSeldom(charge.journal, run, code, message)
    throw new QueryPoolError(code, message, { cause })
  }
}

/**
 * The backends of a run that work for a generation which is ending, or for an earlier one.
 * @throws as findRunBackends does
 */
export async function findEndingBackends(
  charge: Charge,
  { run, lastJob }: Pick<EndingRun, 'run' | 'lastJob'>,
): Promise<Backend[]> {
  return (await findRunBackends(charge, run)).filter(({ job }) => job <= lastJob)
}
