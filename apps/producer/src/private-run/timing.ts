import type { Timing } from '@querypool/shared/config'

/**
 * A private run's workers are on this machine and started by its overseer, so a dead one is noticed sooner than over a
 * network: after at most a lock and a check, 20 s. The lock outlasts a pause of the machine of 15 s.
 */
export const privateTiming: Timing = {
  workerLockMs: 15_000,
  stalledCheckMs: 5000,
  silentWorkerMs: 60_000,
  reconcileMs: 5000,
}

/** How long running queries may go on when a worker of a private run has to stop, in ms. */
export const graceMs = 10_000
