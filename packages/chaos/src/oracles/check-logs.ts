import type { FaultName } from '../faults/fault.ts'
import { readOverseerLogs } from './read-overseer-logs.ts'
import type { Oracle } from './round-outcome.ts'

/** After these, jobs and those that wait for them can be of different times. */
const mixers: ReadonlySet<FaultName> = new Set(['flush-redis', 'wipe-redis', 'restore-redis'])

/** What BullMQ says of a job of collecting that can never end, for it waits for one that has ended already. */
const waitsForEver = /Job (\S+-collect) has pending dependencies/

/**
 * Unless Redis has forgotten something, no job waits for ever for one that has ended. The run would still come to its end,
 * by a repair, so only the overseers' logs tell.
 */
export const checkLogs: Oracle = async (outcome) => {
  if ([...outcome.faults].some((fault) => mixers.has(fault))) return []
  const found = (await readOverseerLogs(outcome)).map((line) => waitsForEver.exec(line)?.[1])
  const jobs = new Set(found.filter((job) => job !== undefined))
  return [...jobs].map((job) => `The job ${job} can never end: it waits for a job that has ended.`)
}
