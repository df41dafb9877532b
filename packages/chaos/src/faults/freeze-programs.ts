import { setTimeout as wait } from 'node:timers/promises'
import type { Program } from '../stage/program.ts'
import type { Scene } from '../workload/submission.ts'
import { type Blow, chosen, type Strike } from './fault.ts'

/** Stops one overseer or worker as it is, and lets it go on later. */
export function freezeOne(role: 'overseer' | 'worker'): Strike {
  return async (scene, blow) => {
    const program = chosen(scene.stage.fleet.running(role), blow)
    if (program) await freeze(scene, [program], blow)
  }
}

/** Freezes all workers but one. */
export const freezeWorkers: Strike = async (scene, blow) =>
  freeze(scene, scene.stage.fleet.running('worker').slice(1), blow)

async function freeze({ stage }: Scene, programs: readonly Program[], { fault, lastsMs }: Blow): Promise<void> {
  for (const program of programs) {
    stage.timeline.note(fault, `${program.name} for ${lastsMs} ms`)
    program.force('SIGSTOP')
  }
  await wait(lastsMs)
  for (const program of programs) {
    stage.timeline.note(fault, `${program.name} wakes up`)
    program.force('SIGCONT')
  }
}
