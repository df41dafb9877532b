import { setTimeout as wait } from 'node:timers/promises'
import type { Strike } from './fault.ts'

/** Stops a PostgreSQL in order, or as a crash would, and starts it after a while. */
export function restartPostgres(server: 'target' | 'journal', how: 'stop' | 'crash'): Strike {
  return async ({ stage }, { fault, lastsMs }) => {
    stage.timeline.note(fault, `down for ${lastsMs} ms`)
    await stage.servers[server][how]()
    await wait(lastsMs)
    await stage.servers[server].start()
    stage.timeline.note(fault, 'runs again')
  }
}
