import { setTimeout as delay } from 'node:timers/promises'
import { type BackfillView, type Journal, readBackfill } from '@querypool/shared/journal'

const pollMs = 500

/**
 * Follows a backfill until it is over, and tells its progress on standard error. Ctrl-C ends the following, not the
 * backfill.
 */
export async function watchBackfill(journal: Journal, id: string): Promise<BackfillView> {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  process.once('SIGINT', stop)
  try {
    for (let told = ''; ; ) {
      const backfill = await readBackfill(journal, id)
      const line = describeProgress(backfill)
      if (line !== told) console.error(line)
      told = line
      if (backfill.isOver || controller.signal.aborted) return backfill
      await delay(pollMs, undefined, { signal: controller.signal }).catch(() => {})
    }
  } finally {
    process.off('SIGINT', stop)
  }
}

/** How a backfill has ended, or that it has not; and the exit status of a command that followed it. */
export function endOfBackfill({ isOver, slots, succeeded, cancelledAt }: BackfillView): {
  readonly state: 'running' | 'succeeded' | 'cancelled' | 'failed'
  readonly exitStatus: 0 | 1 | 4
} {
  if (!isOver) return { state: 'running', exitStatus: 0 }
  if (succeeded === slots) return { state: 'succeeded', exitStatus: 0 }
  return cancelledAt === null ? { state: 'failed', exitStatus: 1 } : { state: 'cancelled', exitStatus: 4 }
}

/** One line on how far a backfill is. */
export function describeProgress(backfill: BackfillView): string {
  const { id, slots, waiting, running, succeeded, failed } = backfill
  const withdrawn = slots - waiting - running - succeeded - failed
  const parts = [
    `${succeeded} of ${slots} succeeded`,
    ...(running === 0 ? [] : [`${running} running`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    ...(failed === 0 ? [] : [`${failed} not succeeded`]),
    ...(withdrawn === 0 ? [] : [`${withdrawn} withdrawn`]),
  ]
  return `Backfill ${id} ${endOfBackfill(backfill).state}: ${parts.join(', ')}`
}
