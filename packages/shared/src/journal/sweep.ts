import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'

/** What overseers do now and then, one of them at a time. */
export type Sweep = 'reconcile' | 'publish' | 'retain'

const sweepNumbers: Record<Sweep, number> = { reconcile: 1, publish: 2, retain: 3 }
// The first half of the locks of this file, of which the second says which sweep.
const sweepLock = 7_367_647
// One that is frozen for longer loses the lock with its connection, so that another one can go on.
const longestSweepMs = 120_000

/**
 * Does a sweep unless another overseer is at it: a lock in the journal, held by a transaction for as long as it lasts.
 * @returns whether it was done
 */
export async function sweepAlone(journal: Journal, sweep: Sweep, work: () => Promise<void>): Promise<boolean> {
  return inTransaction(journal.pool, async (client) => {
    await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${longestSweepMs}`)
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS taken', [
      sweepLock,
      sweepNumbers[sweep],
    ])
    if (!rows[0]?.taken) return false
    await work()
    return true
  })
}
