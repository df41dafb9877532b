import type { Redis } from 'ioredis'

/**
 * Has Redis load the scripts that a connection knows. ioredis sends the text of one only the first time on a connection;
 * where Redis refuses it that time, within a transaction, it takes it for loaded from then on, and every later transaction
 * fails with NOSCRIPT. Redis refuses when it is full, for example.
 */
export async function loadScripts(redis: Redis): Promise<void> {
  for (const { lua } of Object.values(scriptsOf(redis))) await redis.script('LOAD', lua)
}

/** Does what adds jobs in a transaction, once more where Redis did not have its scripts. */
export async function withScripts<T>(redis: Redis, add: () => Promise<T>): Promise<T> {
  try {
    return await add()
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('NOSCRIPT')) throw error
    await loadScripts(redis)
    return add()
  }
}

// Kept by ioredis for its own use: https://github.com/redis/ioredis/blob/main/lib/utils/Commander.ts
function scriptsOf(redis: Redis): Record<string, { readonly lua: string }> {
  return (redis as unknown as { scriptsSet?: Record<string, { readonly lua: string }> }).scriptsSet ?? {}
}
