import { setTimeout as wait } from 'node:timers/promises'
import { aimAtCommit } from './aim-at-commit.ts'
import { alone } from './alone.ts'
import type { Strike } from './fault.ts'

/** Crashes the target's PostgreSQL at a moment when a write is being committed. */
export const crashCommitting: Strike = async (scene, blow) => {
  if (await aimAtCommit(scene.stage)) await restartPostgres('target', 'crash')(scene, blow)
}

/** Stops a PostgreSQL in order, or as a crash would, and starts it after a while. */
export function restartPostgres(server: 'target' | 'journal', how: 'stop' | 'crash'): Strike {
  return async ({ stage }, { fault, lastsMs }) => {
    const struck = stage.servers[server]
    await alone(struck, async () => {
      stage.timeline.note(fault, `down for ${lastsMs} ms`)
      await struck[how]()
      await wait(lastsMs)
      await struck.start()
      stage.timeline.note(fault, 'runs again')
    })
  }
}
