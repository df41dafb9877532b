import type { Charges, Overseer } from '../overseer/index.ts'

// Beyond the time between two comparisons.
const patienceMs = 30_000

/**
 * Says why an overseer makes no progress: it has not compared journal and Redis for a while, though it does so every few
 * seconds. That needs both of them to answer, which is more than a connection that is open.
 */
export function overseerStuck(charges: Charges, overseer: Overseer): () => Promise<string | null> {
  const startedAt = Date.now()
  return async () => {
    const since = Date.now() - (overseer.reconciledAt?.getTime() ?? startedAt)
    if (since <= charges.timing.reconcileMs + patienceMs) return null
    const seconds = Math.round(since / 1000)
    return `journal and Redis were not compared for ${seconds} s; Redis is ${charges.connection.redis.status}`
  }
}
