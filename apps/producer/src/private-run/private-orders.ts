import { resolvedDatabase } from '@querypool/shared/config'
import { z } from 'zod'

const orders = z.object({
  run: z.string(),
  /** The generation that it serves; it may still be to come, as the run itself. */
  generation: z.number().int().min(1),
  redisUrl: z.string(),
  journalUrl: z.string(),
  database: resolvedDatabase,
  storeLocation: z.string(),
  /** The home of the embedded servers; null: none is embedded. */
  embedded: z.object({ home: z.string(), redisServer: z.string().nullable() }).nullable(),
  /** How many queries may run at once in all. */
  concurrency: z.number().int().min(1),
  /** Hosts, addresses and networks that may be told of the run although they are not public. */
  allowPrivate: z.array(z.string()),
  /** How many bytes the rows of one query may have; null: any number. */
  maxResultBytes: z.number().int().nullable(),
})

/** What the overseer of a private run is told: one line of JSON on its standard input, for it holds secrets. */
export type PrivateOrders = z.infer<typeof orders>

/** Reads the orders. @throws ZodError or SyntaxError */
export function readPrivateOrders(line: string): PrivateOrders {
  return orders.parse(JSON.parse(line))
}
