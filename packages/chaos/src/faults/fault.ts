import type { Scene } from '../workload/submission.ts'

/** One fault of a plan. */
export interface Blow {
  readonly fault: FaultName
  /** When it strikes, in ms since the faults of the round began. */
  readonly atMs: number
  /** How long it lasts, where it lasts. */
  readonly lastsMs: number
  /** Of those that it can strike, which: a fraction. */
  readonly which: number
}

/** What a fault does. It strikes, waits as long as it lasts, and undoes itself. */
export type Strike = (scene: Scene, blow: Blow) => Promise<void>

export const faultNames = [
  'kill-worker',
  'kill-workers',
  'kill-overseer',
  'kill-dispatching',
  'kill-command',
  'freeze-worker',
  'freeze-workers',
  'freeze-overseer',
  'freeze-dispatching',
  'kill-holder',
  'kill-holders',
  'freeze-holder',
  'stop-worker',
  'stop-overseer',
  'flush-redis',
  'restart-redis',
  'wipe-redis',
  'restore-redis',
  'fill-redis',
  'restart-target',
  'crash-target',
  'restart-journal',
  'crash-journal',
  'cut-link',
  'silence-link',
  'kill-committing',
  'cut-committing',
  'crash-committing',
  'fill-disk',
  'cancel-run',
  'retry-run',
] as const
export type FaultName = (typeof faultNames)[number]

/** The one of these that a blow strikes; undefined when there is none. */
export function chosen<T>(values: readonly T[], { which }: Blow): T | undefined {
  return values[Math.floor(which * values.length)]
}
