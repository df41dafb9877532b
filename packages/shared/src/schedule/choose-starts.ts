import type { OverlapPolicy } from './definition.ts'

/** A slot that waits for its run. */
export interface WaitingSlot {
  readonly at: Date
  readonly notBefore: Date
  /** Whether a person asked for it, so that a pause does not hold it. */
  readonly isTriggered: boolean
}

/**
 * Which waiting slots of a schedule begin now, other than those of a backfill: the oldest when nothing else runs, or where
 * runs may overlap all whose time has come.
 *
 * @param waiting in the order of their times
 * @param running how many run
 */
export function chooseStarts<Slot extends WaitingSlot>(
  waiting: readonly Slot[],
  { overlap, running, isPaused, now }: { overlap: OverlapPolicy; running: number; isPaused: boolean; now: Date },
): readonly Slot[] {
  const startable = waiting.filter(({ isTriggered }) => !isPaused || isTriggered)
  const candidates = overlap === 'allow' ? startable : startable.slice(0, running > 0 ? 0 : 1)
  return candidates.filter(({ notBefore }) => notBefore <= now)
}
