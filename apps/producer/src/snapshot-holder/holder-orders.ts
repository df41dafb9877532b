import { resolvedDatabase } from '@querypool/shared/config'
import { z } from 'zod'

const orders = z.object({
  journalUrl: z.string(),
  database: resolvedDatabase,
  run: z.string(),
  generation: z.number().int(),
  /** Which of the places of holders it is to take. */
  place: z.number().int(),
  /** The snapshot to import; null: it is to take a new one. */
  imports: z.object({ server: z.string(), ids: z.array(z.string()) }).nullable(),
  /** Whether the run has an overseer of its own. */
  private: z.boolean(),
})

/** What a holder is told: one line of JSON on its standard input, for it holds secrets. */
export type HolderOrders = z.infer<typeof orders>

/** Reads the orders. @throws ZodError or SyntaxError */
export function readHolderOrders(line: string): HolderOrders {
  return orders.parse(JSON.parse(line))
}
