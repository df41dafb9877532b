import { type JobPlace, listJobs } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'

/** The jobs in Redis that are not over, by queue and id. */
export type JobsInRedis = ReadonlyMap<string, ReadonlyMap<string, JobPlace>>

/** Lists the jobs of all queues of an overseer's runs. */
export async function readJobsInRedis({ all, connection, runsQueue, resultsQueue }: Charges): Promise<JobsInRedis> {
  // Those first that wait for others: when they are removed in this order, nothing is released by that.
  const names = [runsQueue, resultsQueue, ...all.map(({ queue }) => queue.names.queries)]
  const found = new Map<string, Map<string, JobPlace>>()
  for (const name of names) found.set(name, await listJobs(connection, name))
  return found
}
