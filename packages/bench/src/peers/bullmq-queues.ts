/** The queue of the jobs that are queries, that of their parents, and that of what keeps a parent from ending early. */
export const bullmqQueues = { queries: 'bench-queries', runs: 'bench-runs', submissions: 'bench-submissions' } as const

/** A query as the data of a job. */
export interface BullmqQuery {
  readonly sql: string
}

/** The connection of BullMQ's classes to a Redis. */
export function bullmqConnection(redisUrl: string) {
  const { hostname, port, password } = new URL(redisUrl)
  return { host: hostname, port: Number(port), password, maxRetriesPerRequest: null }
}
