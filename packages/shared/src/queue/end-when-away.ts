import type { Redis } from './connection.ts'

const awayMs = 5000
const lookMs = 500

/**
 * Ends a connection as soon as its server has been away for 5 s, so that what waits for it fails; for a program that is to
 * end, and that nothing is to keep from it. Whatever was not said then is found out later by those who go on.
 * @returns what ends the watch
 */
export function endWhenAway(redis: Redis): () => void {
  let awaySince: number | null = null
  const timer = setInterval(() => {
    if (redis.status === 'ready') awaySince = null
    else {
      awaySince ??= performance.now()
      if (performance.now() - awaySince >= awayMs) redis.disconnect()
    }
  }, lookMs)
  return () => clearInterval(timer)
}
