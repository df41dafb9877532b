import { resolvedDatabase } from '@querypool/shared/config'
import { z } from 'zod'

const orders = z.object({
  redisUrl: z.string(),
  installation: z.string(),
  storeLocation: z.string(),
  name: z.string(),
  /** How many queries it may run at once, over all its lanes. */
  concurrency: z.number().int().min(1),
  /** A queue of queries, and the database on which they run. */
  lanes: z.array(z.object({ queue: z.string(), database: resolvedDatabase })).min(1),
  /** The private run whose register it is on; null: it is on that of the installation. */
  privateRun: z.string().nullable(),
  /** How long a job stays with it without a renewal, in ms. */
  lockMs: z.number().int(),
  /** How long running queries may go on after SIGTERM, in ms. */
  graceMs: z.number().int(),
  /** How many bytes the rows of one query may have; null: any number. */
  maxResultBytes: z.number().int().nullable(),
})

/** What a worker is told by whoever starts it. It holds secrets. */
export type WorkerOrders = z.infer<typeof orders>
/** A queue that a worker serves. */
export type Lane = WorkerOrders['lanes'][number]
/**
 * Reads a worker's orders from a line of JSON.
 * @throws ZodError or SyntaxError
 */
export function readOrders(line: string): WorkerOrders {
  return orders.parse(JSON.parse(line))
}
