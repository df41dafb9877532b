import type { Redis } from '@querypool/shared/queue'

/** All that a Redis held at one moment. */
export interface RedisState {
  /** Puts it back, as when a server is started on an old file, except that connections stay: what is there now goes. */
  restore(): Promise<void>
}

/** Takes the state of a Redis. Keys that would have expired by then do not come back. */
export async function takeState(redis: Redis): Promise<RedisState> {
  const keys = await redis.keysBuffer('*')
  const taking = redis.multi()
  for (const key of keys) taking.dumpBuffer(key).pttl(key)
  const takenAt = Date.now()
  const taken = ((await taking.exec()) ?? []).map(([error, reply]) => {
    if (error) throw error
    return reply
  })
  return {
    restore: async () => {
      const restoring = redis.multi().flushall()
      for (const [index, key] of keys.entries()) {
        const [value, ttlMs] = taken.slice(2 * index, 2 * index + 2) as [Buffer | null, number]
        const expiresAt = ttlMs < 0 ? 0 : takenAt + ttlMs
        if (value === null || (expiresAt !== 0 && expiresAt <= Date.now())) continue
        if (expiresAt === 0) restoring.restore(key, 0, value)
        else restoring.restore(key, expiresAt, value, 'ABSTTL')
      }
      for (const [error] of (await restoring.exec()) ?? []) if (error) throw error
    },
  }
}
