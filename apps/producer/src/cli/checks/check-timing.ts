import type { Config } from '@querypool/shared/config'
import { formatDuration } from '@querypool/shared/duration'
import { type Check, ok } from './check.ts'

/** Says what follows from the timing of a configuration. Nothing when it has no databases: private runs have their own. */
export function checkTiming({ databases, timing }: Config): Check[] {
  if (databases.size === 0) return []
  const noticed = formatDuration(timing.workerLockMs + timing.stalledCheckMs)
  const silent = formatDuration(timing.silentWorkerMs)
  const message = `a dead worker is noticed after at most ${noticed}; what a silent one runs is ended after ${silent}`
  return [ok('Timing', message)]
}
