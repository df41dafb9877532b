import { setTimeout as wait } from 'node:timers/promises'
import { DatabaseError, escapeIdentifier, type Pool, type PoolClient } from 'pg'

/** A statement whose cost is wanted. */
export interface StatementToExplain {
  readonly position: number
  readonly text: string
}

/** More statements are not asked about: the first would have to wait too long for the last. */
export const mostExplained = 300

// For all of them together: somebody waits for a run to begin.
const usualPatienceMs = 1000

/**
 * Asks the planner what statements cost, without running them.
 * @param role that the statements run as; null: that of the pool
 * @param patienceMs how long it may take in all, a fifth of that for each
 * @returns the power of ten of the cost by position, 0 for what cannot be explained; nothing at all when there was no time
 * to ask for all of them, or the database did not answer: half an order is none
 */
export async function explainCosts(
  pool: Pool,
  role: string | null,
  statements: readonly StatementToExplain[],
  patienceMs = usualPatienceMs,
): Promise<Map<number, number>> {
  const nothing = new Map<number, number>()
  const asked = askAll(pool, role, statements, patienceMs).catch(() => nothing)
  return Promise.race([asked, wait(patienceMs, nothing, { ref: false })])
}

async function askAll(
  pool: Pool,
  role: string | null,
  statements: readonly StatementToExplain[],
  patienceMs: number,
): Promise<Map<number, number>> {
  const deadline = AbortSignal.timeout(patienceMs)
  const client = await pool.connect()
  // Between two statements nobody else listens, and an error that nobody hears ends the process.
  client.on('error', () => {})
  try {
    const limitMs = Math.ceil(patienceMs / 5)
    const magnitudes = new Map<number, number>()
    // The planner computes what does not change, which is somebody's code: it can neither write nor take long.
    await client.query(
      `SET default_transaction_read_only = on; SET statement_timeout = ${limitMs}; SET lock_timeout = ${limitMs}`,
    )
    if (role !== null) await client.query(`SET ROLE ${escapeIdentifier(role)}`)
    for (const { position, text } of statements) {
      deadline.throwIfAborted()
      magnitudes.set(position, await askOne(client, text))
    }
    return magnitudes
  } finally {
    // Closes the session: its settings are nobody else's.
    client.release(true)
  }
}

async function askOne(client: PoolClient, text: string): Promise<number> {
  // The extended protocol takes one statement, whatever the text holds.
  const query = { text: `EXPLAIN (FORMAT JSON)\n${text}`, queryMode: 'extended', rowMode: 'array' as const }
  const cost = await client.query<[[{ Plan: { 'Total Cost': number } }]]>(query).then(
    ({ rows }) => rows[0]?.[0][0].Plan['Total Cost'] ?? 0,
    (error: unknown) => {
      if (error instanceof DatabaseError) return 0
      throw error
    },
  )
  return cost <= 1 ? 0 : Math.floor(Math.log10(cost))
}
