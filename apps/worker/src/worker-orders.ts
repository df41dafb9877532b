import { z } from 'zod'

const orders = z.object({
  redisUrl: z.string(),
  installation: z.string(),
  queue: z.string(),
  databaseUrl: z.string(),
  resultsFolder: z.string(),
  name: z.string(),
  concurrency: z.number().int().min(1),
  /** How long a job's lock lasts without renewal, in ms: a dead worker is noticed after that and a stalled check. */
  lockMs: z.number().int(),
  stalledCheckMs: z.number().int(),
  /** How long running queries may go on after SIGTERM, in ms. */
  graceMs: z.number().int(),
  /** The limit of a query that has none of its own, in ms; null: none. */
  defaultTimeoutMs: z.number().int().nullable(),
})

/** What a worker is told by whoever starts it: one line of JSON on its standard input, for it holds secrets. */
export type WorkerOrders = z.infer<typeof orders>

/**
 * Reads a worker's orders.
 * @throws ZodError or SyntaxError
 */
export function readOrders(line: string): WorkerOrders {
  return orders.parse(JSON.parse(line))
}
