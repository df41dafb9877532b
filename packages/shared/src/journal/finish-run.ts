import type { PoolClient } from 'pg'
import { isTerminal, type OutcomeCounts, type RunState, terminalRunState } from '../run/index.ts'
import { outcomeCounts } from './count-outcomes.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { notifyOfEnd } from './notify-of-end.ts'
import { publishAtEnd } from './publish-at-end.ts'
import { type RunView, readRun } from './read-run.ts'
import { settleNeeds } from './settle-needs.ts'
import { shareOwn } from './share-results.ts'

/**
 * Ends a run if every query of its generation has a result and no more can come; else changes nothing.
 *
 * @param report puts the completion report of the run as it ends; the run is terminal only after that, and stays as it
 *   was when it throws. May be called more than once
 * @returns its state; null when something is unfinished or there is no such run
 */
export async function finishRun(
  journal: Journal,
  run: string,
  report: (ended: RunView) => Promise<void>,
): Promise<RunState | null> {
  return inTransaction(journal.pool, async (client) => {
    const { rows } = await client.query<{
      state: RunState
      input_open: boolean
      query_count: number
      generation: number
      cancelled: boolean
      publishes_at_end: boolean
      notifies: boolean
    }>(
      `SELECT state, input_open, query_count, generation,
         cancel_requested_at IS NOT NULL AND stopped_at IS NULL AS cancelled,
         shared_snapshot AND publish IS NOT NULL AS publishes_at_end, notify <> '[]' AS notifies
       FROM querypool.run WHERE id = $1 FOR UPDATE`,
      [run],
    )
    const found = rows[0]
    if (!found) return null
    if (isTerminal(found.state)) return found.state
    if (found.input_open) return null
    // Only now that the run is locked: a statement that waits for a lock sees other tables as they were before.
    let counts = await countOutcomes(client, run)
    if (sumOf(counts) < found.query_count) {
      // An attempt that was settled while its run grew may not have known of those that wait for its results.
      await shareOwn(client, run, found.generation, null)
      // An overseer from before there were needs does not see to them.
      await settleNeeds(client, run, found.generation, { from: 0 })
      counts = await countOutcomes(client, run)
    }
    if (sumOf(counts) < found.query_count) return null
    const state = terminalRunState(counts, found.cancelled)
    const finishedAt = counts.now
    await report({ ...(await readRun(journal, run)), state, finishedAt })
    if (found.publishes_at_end) await publishAtEnd(client, run, found.generation)
    await client.query(
      `WITH ended AS (UPDATE querypool.run SET state = $2, finished_at = $3 WHERE id = $1 RETURNING id)
       SELECT pg_notify('querypool_run', id) FROM ended`,
      [run, state, finishedAt],
    )
    if (found.notifies) await notifyOfEnd(client, run)
    return state
  })
}

function sumOf({ succeeded, failed, cancelled, skipped }: OutcomeCounts): number {
  return succeeded + failed + cancelled + skipped
}

/** What the run came to so far, and when that is, by the clock of the journal. */
async function countOutcomes(client: PoolClient, run: string): Promise<OutcomeCounts & { readonly now: Date }> {
  const { rows } = await client.query<OutcomeCounts & { readonly now: Date }>(
    `SELECT c.*, clock_timestamp() AS now FROM querypool.run r, ${outcomeCounts} WHERE r.id = $1`,
    [run],
  )
  return rows[0] ?? { succeeded: 0, failed: 0, cancelled: 0, skipped: 0, now: new Date() }
}
