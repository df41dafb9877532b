import type { FaultName } from '../faults/fault.ts'

/** What a round is about: which faults it may have, and how often each of them is chosen among the others. */
export interface Theme {
  readonly name: string
  /** How often rounds have this theme, in proportion to the others. */
  readonly weight: number
  /** How many faults a round has, about. */
  readonly blows: number
  readonly faults: Partial<Readonly<Record<FaultName, number>>>
}

/**
 * Faults of all sorts at once hide each other: a run that is dispatched anew because Redis was wiped says nothing of what
 * an overseer forgot before. So most rounds are about something.
 */
export const themes: readonly Theme[] = [
  {
    name: 'everything',
    weight: 4,
    blows: 8,
    faults: {
      'kill-worker': 3,
      'kill-workers': 1,
      'kill-overseer': 3,
      'kill-dispatching': 1,
      'kill-command': 2,
      'freeze-worker': 2,
      'freeze-overseer': 2,
      'freeze-dispatching': 1,
      'kill-holder': 1,
      'kill-holders': 1,
      'freeze-holder': 1,
      'stop-worker': 2,
      'stop-overseer': 2,
      'flush-redis': 1,
      'restart-redis': 1,
      'wipe-redis': 1,
      'restore-redis': 1,
      'fill-redis': 1,
      'restart-target': 1,
      'crash-target': 1,
      'restart-journal': 1,
      'crash-journal': 1,
      'cut-link': 3,
      'silence-link': 3,
      'kill-committing': 1,
      'cut-committing': 1,
      'crash-committing': 1,
      'fill-disk': 2,
      'cancel-run': 2,
      'retry-run': 2,
    },
  },
  {
    name: 'redis-forgets',
    weight: 3,
    blows: 5,
    faults: {
      'flush-redis': 4,
      'wipe-redis': 2,
      'restore-redis': 4,
      'restart-redis': 2,
      'kill-worker': 2,
      'kill-overseer': 2,
      'freeze-worker': 1,
      'cancel-run': 1,
    },
  },
  {
    name: 'redis-is-full',
    weight: 2,
    blows: 4,
    faults: { 'fill-redis': 6, 'kill-worker': 1, 'stop-worker': 1 },
  },
  {
    name: 'overseers-die',
    weight: 4,
    blows: 5,
    faults: {
      'freeze-dispatching': 6,
      'kill-dispatching': 4,
      'freeze-workers': 1,
      'kill-overseer': 2,
      'freeze-overseer': 2,
      'kill-workers': 1,
      'stop-overseer': 1,
      'cancel-run': 1,
    },
  },
  {
    name: 'databases-fail',
    weight: 2,
    blows: 6,
    faults: {
      'restart-target': 2,
      'crash-target': 2,
      'restart-journal': 2,
      'crash-journal': 2,
      'cut-link': 4,
      'silence-link': 4,
      'fill-disk': 2,
      'kill-worker': 2,
      'kill-command': 1,
      'retry-run': 1,
    },
  },
  {
    name: 'commits-are-met',
    weight: 2,
    blows: 6,
    faults: {
      'kill-committing': 4,
      'cut-committing': 4,
      'crash-committing': 2,
      'freeze-worker': 2,
      'kill-overseer': 1,
      'flush-redis': 1,
      'silence-link': 1,
      'fill-disk': 1,
      'cancel-run': 3,
      'retry-run': 1,
    },
  },
  {
    name: 'snapshots-are-lost',
    weight: 2,
    blows: 6,
    faults: {
      'kill-holder': 4,
      'kill-holders': 2,
      'freeze-holder': 4,
      'restart-target': 2,
      'kill-overseer': 2,
      'freeze-overseer': 1,
      'kill-worker': 1,
      'freeze-worker': 2,
      'flush-redis': 1,
      'cut-link': 2,
      'cancel-run': 1,
      'retry-run': 1,
    },
  },
]
