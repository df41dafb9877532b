import type { ChildProcess } from 'node:child_process'
import type { HeldSnapshot } from '@querypool/shared/database'
import type { UnreleasedSnapshot } from '@querypool/shared/journal'
import { startHolder } from '../snapshot-holder/index.ts'
import type { Charge } from './charge.ts'
import type { SnapshotMemory } from './keep-snapshot.ts'

/** A holder that was started for a place. */
export interface StartedHolder {
  readonly child: ChildProcess
  readonly startedAt: number
  /** How many before it have ended without being seen in the place. */
  readonly failures: number
}

// A holder that has not taken its place by then hangs.
const deadlineMs = 60_000
// One that ends at once, again and again, is started ever more seldom.
const [shortestRestartMs, longestRestartMs] = [500, 30_000]

/**
 * Starts a holder for a place of a snapshot, unless this overseer is starting one already.
 * @param imports the snapshot to import; null: a new one is to be taken
 */
export function startHolderOnce(
  { journal, queue, resolved: database }: Charge,
  { run, generation }: UnreleasedSnapshot,
  place: number,
  imports: HeldSnapshot | null,
  { starting, started }: Pick<SnapshotMemory, 'starting' | 'started'>,
): void {
  const last = starting.get(place)
  const ageMs = Date.now() - (last?.startedAt ?? 0)
  if (last !== undefined && !hasEnded(last.child)) {
    if (ageMs > deadlineMs) last.child.kill('SIGKILL')
    return
  }
  const failures = last === undefined ? 0 : last.failures + 1
  if (failures > 0 && ageMs < Math.min(longestRestartMs, shortestRestartMs * 2 ** failures)) return
  const child = startHolder({
    journalUrl: journal.url,
    database,
    run,
    generation,
    place,
    imports: imports && { server: imports.server, ids: [...imports.ids] },
    private: queue.names.database === null,
  })
  started.push(child)
  starting.set(place, { child, startedAt: Date.now(), failures })
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}
