import { readUnreleased, type UnreleasedSnapshot } from '@querypool/shared/journal'
import type { Charges } from './charge.ts'
import { handOutNew } from './hand-out.ts'
import { keepSnapshot, type SnapshotMemory } from './keep-snapshot.ts'
import { releaseSnapshot } from './release-snapshot.ts'
import { type Repeated, repeat } from './repeat.ts'

const lookMs = 1000

/** Work on shared snapshots that is repeated. */
export interface SnapshotKeeper extends Repeated {
  /** Looks now if this run has a shared snapshot that is known. */
  changed(run: string): void
}

/** Sees to it that each shared snapshot that is wanted is held, and that nothing is left of those that are not. */
export function snapshotKeeper(charges: Charges, onTrouble: (error: Error) => void): SnapshotKeeper {
  const memories = new Map<string, SnapshotMemory>()
  let runs = new Set<string>()
  const look = async (): Promise<void> => {
    const snapshots = await readUnreleased(charges.journal, charges.privateRun)
    runs = new Set(snapshots.map(({ run }) => run))
    const known = new Set(snapshots.map(nameOf))
    for (const name of memories.keys()) if (!known.has(name)) memories.delete(name)
    // Each by itself, so that a database that does not answer keeps no other waiting.
    await Promise.all(snapshots.map((snapshot) => attend(charges, memories, snapshot).catch(onTrouble)))
  }
  const repeated = repeat(lookMs, look, onTrouble)
  return { ...repeated, changed: (run) => runs.has(run) && repeated.now() }
}

async function attend(
  charges: Charges,
  memories: Map<string, SnapshotMemory>,
  snapshot: UnreleasedSnapshot,
): Promise<void> {
  const charge = charges.of(snapshot.database)
  if (charge === null) return
  const memory = memories.get(nameOf(snapshot)) ?? {
    missedSince: null,
    strangeSince: null,
    starting: new Map(),
    started: [],
    isHandedOut: false,
  }
  memories.set(nameOf(snapshot), memory)
  const isKnown = snapshot.need === 'wanted' && (await keepSnapshot(charge, snapshot, memory))
  // Earlier, workers would put the queries back, and the longest would not go first.
  if (isKnown && !memory.isHandedOut) {
    await handOutNew(charges, new Set([snapshot.run]))
    memory.isHandedOut = true
  }
  // What is ending is ended in end-run.ts.
  if (snapshot.need === 'past') await releaseSnapshot(charge, snapshot, memory)
}

function nameOf({ run, generation }: UnreleasedSnapshot): string {
  return `${run}/${generation}`
}
