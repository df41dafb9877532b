import { type FenceHolder, fenceKey, runOfBackend } from '@querypool/shared/database'
import { readRecentRuns } from '@querypool/shared/journal'
import type { Charge } from './charge.ts'

/** A backend that works for a run of this installation, as its fence proves. */
export interface RunBackend extends FenceHolder {
  readonly run: string
}

// Hashing so many ids takes some 20 ms, and only where a session has changed its name or is another program's.
const mostRuns = 5000

/**
 * Finds out for which runs backends work: by their names, where their locks prove these, else by the locks of the runs that
 * go on or ended lately. Those of other programs and installations are not among them.
 */
export async function identifyHolders(
  { journal, queue: { installation } }: Charge,
  holders: readonly FenceHolder[],
): Promise<RunBackend[]> {
  const named = holders.map((holder) => ({
    ...holder,
    run: runOfBackend(installation, holder.applicationName, holder.fenceRun),
  }))
  const runs = new Map<number, string>()
  if (named.some(({ run }) => run === null))
    for (const run of await readRecentRuns(journal, mostRuns)) runs.set(fenceKey(installation, run, 0).run, run)
  return named.flatMap(({ run, ...holder }) => {
    const proven = run ?? runs.get(holder.fenceRun)
    return proven === undefined ? [] : [{ ...holder, run: proven }]
  })
}
