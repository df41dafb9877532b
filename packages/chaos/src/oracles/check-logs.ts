import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultName } from '../faults/fault.ts'
import type { Oracle } from './round-outcome.ts'

/** After these, jobs and those that wait for them can be of different times. */
const mixers: ReadonlySet<FaultName> = new Set(['flush-redis', 'wipe-redis', 'restore-redis'])

/** What BullMQ says of a job of collecting that can never end, for it waits for one that has ended already. */
const waitsForEver = /Job (\S+-collect) has pending dependencies/

/**
 * Unless Redis has forgotten something, no job waits for ever for one that has ended. The run would still come to its end,
 * by a repair, so only the overseers' logs tell.
 */
export const checkLogs: Oracle = async ({ stage, faults, startedAt }) => {
  if ([...faults].some((fault) => mixers.has(fault))) return []
  const wrong = new Set<string>()
  for (const name of ['overseer-1.log', 'overseer-2.log']) {
    for (const line of (await readFile(join(stage.folder, 'logs', name), 'utf8')).split('\n')) {
      const found = waitsForEver.exec(line)
      const at = /"time":"?([^",]+)/.exec(line)?.[1]
      if (found && at !== undefined && new Date(Number(at) || at) >= startedAt)
        wrong.add(`The job ${found[1]} can never end: it waits for a job that has ended.`)
    }
  }
  return [...wrong]
}
