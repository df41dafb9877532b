import pLimit from 'p-limit'
import pg from 'pg'
import { type Contestant, queriesAtOnce, statementOf, workerProcesses } from './contestant.ts'

const atOnce = workerProcesses * queriesAtOnce

/** The limit for a Node.js program: one process, a pool of connections, results in memory. Nothing of it is durable. */
export const plainPool: Contestant = {
  name: 'pg pool and p-limit',
  bar: 0.4,
  async open({ databaseUrl }, undo) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: atOnce })
    undo.push(() => pool.end())
    const limit = pLimit(atOnce)
    return async (count) => {
      const beganMs = performance.now()
      const results = await Promise.all(
        Array.from({ length: count }, (_, n) => limit(() => pool.query<{ n: number }>(statementOf(n)))),
      )
      const wallMs = performance.now() - beganMs
      return { wallMs, values: async () => results.map(({ rows }) => rows[0]?.n) }
    }
  },
}
