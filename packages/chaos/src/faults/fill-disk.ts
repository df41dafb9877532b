import { setTimeout as wait } from 'node:timers/promises'
import { alone } from './alone.ts'
import type { Strike } from './fault.ts'

/** The disk under the result store is full for a while. */
export const fillDisk: Strike = async ({ stage }, { fault, lastsMs }) => {
  const { disk, fleet } = stage
  if (disk.way === null) return
  await alone(disk, async () => {
    stage.timeline.note(fault, `${disk.way} for ${lastsMs} ms`)
    const writers = [...fleet.running('worker'), ...fleet.running('overseer')]
    await disk.fill(writers)
    await wait(lastsMs)
    await disk.free(writers)
    stage.timeline.note(fault, 'there is room again')
  })
}
