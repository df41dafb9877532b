import type { ChildProcess } from 'node:child_process'
import { endHolders, type HeldSnapshot, type SnapshotHolder, snapshotPlaces } from '@querypool/shared/database'
import { forgetHolders, loseSnapshot, type UnreleasedSnapshot } from '@querypool/shared/journal'
import type { Charge } from './charge.ts'
import { findRunHolders } from './find-run-backends.ts'
import { type StartedHolder, startHolderOnce } from './start-holder-once.ts'
import { tellWorkers } from './tell-workers.ts'

/** What an overseer remembers of a snapshot. Instants in ms. */
export interface SnapshotMemory {
  /** Since when nobody is seen to hold it. */
  missedSince: number | null
  /** Since when somebody has a place who is not registered. */
  strangeSince: number | null
  /** The holders that this overseer has started and that have not been seen in their places, by these. */
  readonly starting: Map<number, StartedHolder>
  /** All that it has started. */
  readonly started: ChildProcess[]
  /** Whether its run has been handed out, which waited for it. */
  isHandedOut: boolean
}

// One may be between importing the snapshot and taking its place.
const missedMs = 1000
// One that stands still there is of no use, and would keep others out of its place.
const strangeMs = 60_000

/**
 * One look at a snapshot that queries are to run in: workers are told by which names it can be imported, and whoever of its
 * holders is missing is started again, which imports it from another. When nobody holds it, it is lost. Whether somebody
 * does is asked of the database itself: no journal that was away, and no overseer, can be wrong about it.
 * @returns whether workers have been told of it
 */
export async function keepSnapshot(
  charge: Charge,
  snapshot: UnreleasedSnapshot,
  memory: SnapshotMemory,
): Promise<boolean> {
  const { run, generation, server, holders } = snapshot
  // Asked after the journal: who is registered there has had its place before.
  const present = await findRunHolders(charge, run, generation)
  const living = holders.filter(({ pid }) => present.some((one) => one.pid === pid))
  const gone = holders.filter((one) => !living.includes(one))
  if (gone.length > 0) await forgetHolders(charge.journal, snapshot, gone)
  await endStrangers(charge, snapshot, present, memory)
  const held = server === null ? null : { server, ids: living.map(({ id }) => id) }
  if (held !== null && present.length === 0) {
    await miss(charge, snapshot, memory)
    return false
  }
  memory.missedSince = null
  startMissing(charge, snapshot, held, present, memory)
  if (held !== null) await tellWorkers(charge.queue, snapshot, held)
  return held !== null
}

async function miss({ journal }: Charge, snapshot: UnreleasedSnapshot, memory: SnapshotMemory): Promise<void> {
  memory.missedSince ??= Date.now()
  if (Date.now() - memory.missedSince >= missedMs) await loseSnapshot(journal, snapshot.run, snapshot.generation)
}

/** A new snapshot is taken in the first place only; where it is imported, somebody must have it who can be named. */
function startMissing(
  charge: Charge,
  snapshot: UnreleasedSnapshot,
  held: HeldSnapshot | null,
  present: readonly SnapshotHolder[],
  memory: SnapshotMemory,
): void {
  if (held?.ids.length === 0) return
  const places = held === null ? snapshotPlaces.slice(0, 1) : snapshotPlaces
  for (const place of places)
    if (present.some((one) => one.place === place)) memory.starting.delete(place)
    else startHolderOnce(charge, snapshot, place, held, memory)
}

async function endStrangers(
  { target, queue }: Charge,
  { run, holders }: UnreleasedSnapshot,
  present: readonly SnapshotHolder[],
  memory: SnapshotMemory,
): Promise<void> {
  const strangers = present.filter((one) => !holders.some(({ pid }) => pid === one.pid))
  memory.strangeSince = strangers.length === 0 ? null : (memory.strangeSince ?? Date.now())
  if (memory.strangeSince !== null && Date.now() - memory.strangeSince > strangeMs)
    await endHolders(target, queue.installation, run, strangers)
}
