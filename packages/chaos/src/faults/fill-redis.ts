import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '../stage/stage.ts'
import { activeDispatches } from './aim-at-dispatch.ts'
import type { Strike } from './fault.ts'

const shortestMs = 20
const longestMs = 150

/**
 * Its memory is at the limit: again and again it takes nothing new for a moment, and loses nothing of what it has; also just
 * when an overseer begins to hand a run out, which it would hardly ever meet by chance.
 */
export const fillRedis: Strike = async ({ stage }, { fault, lastsMs, which }) => {
  stage.timeline.note(fault, `takes nothing new, again and again for ${lastsMs} ms`)
  const deadline = Date.now() + lastsMs
  const pauseMs = shortestMs + which * (longestMs - shortestMs)
  try {
    while (Date.now() < deadline) {
      await stage.redis.config('SET', 'maxmemory', '1')
      await wait(pauseMs)
      await stage.redis.config('SET', 'maxmemory', '0')
      await untilDispatching(stage, pauseMs)
    }
  } finally {
    await stage.redis.config('SET', 'maxmemory', '0')
  }
  stage.timeline.note(fault, 'takes everything again')
}

/** Waits until a further run begins to be handed out, but no longer than so. */
async function untilDispatching(stage: Stage, mostMs: number): Promise<void> {
  const deadline = Date.now() + mostMs
  const before = await activeDispatches(stage)
  while (Date.now() < deadline) {
    if ((await activeDispatches(stage)).some((job) => !before.includes(job))) return
    await wait(1)
  }
}
