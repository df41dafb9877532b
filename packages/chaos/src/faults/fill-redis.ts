import { setTimeout as wait } from 'node:timers/promises'
import type { Strike } from './fault.ts'

const shortestMs = 20
const longestMs = 150

/** Its memory is at the limit: again and again it takes nothing new for a moment, and loses nothing of what it has. */
export const fillRedis: Strike = async ({ stage }, { fault, lastsMs, which }) => {
  stage.timeline.note(fault, `takes nothing new, again and again for ${lastsMs} ms`)
  const deadline = Date.now() + lastsMs
  const pauseMs = shortestMs + which * (longestMs - shortestMs)
  try {
    while (Date.now() < deadline) {
      await stage.redis.config('SET', 'maxmemory', '1')
      await wait(pauseMs)
      await stage.redis.config('SET', 'maxmemory', '0')
      await wait(pauseMs)
    }
  } finally {
    await stage.redis.config('SET', 'maxmemory', '0')
  }
  stage.timeline.note(fault, 'takes everything again')
}
