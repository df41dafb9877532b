import type { Program } from '../stage/program.ts'
import type { Scene } from '../workload/submission.ts'
import { aimAtCommit } from './aim-at-commit.ts'
import { aimAtDispatch } from './aim-at-dispatch.ts'
import { type Blow, chosen, type Strike } from './fault.ts'

/** Kills one overseer or worker; another takes its place after a while. */
export function killOne(role: 'overseer' | 'worker'): Strike {
  return async (scene, blow) => {
    const program = chosen(scene.stage.fleet.running(role), blow)
    if (program) kill(scene, [program], blow)
  }
}

/** Kills all workers at once. */
export const killWorkers: Strike = async (scene, blow) => kill(scene, scene.stage.fleet.running('worker'), blow)

/** Kills a command that waits for its run. */
export const killCommand: Strike = async ({ stage, submissions }, blow) => {
  const commands = submissions.flatMap(({ command }) => (command?.isRunning() ? [command] : []))
  const command = chosen(commands, blow)
  if (command === undefined) return
  stage.timeline.note(blow.fault, command.name)
  command.force('SIGKILL')
}

/** Kills all overseers at a moment when one has put jobs of a run into Redis and has not said yet that it is done. */
export const killDispatching: Strike = async (scene, blow) => {
  const { stage } = scene
  const dispatching = await aimAtDispatch(stage)
  if (dispatching === null) return
  kill(scene, stage.fleet.running('overseer'), { ...blow, lastsMs: 0 })
  stage.timeline.note(blow.fault, `while ${dispatching.run} was handed out`)
}

/** Kills all workers at a moment when one of them commits a write. */
export const killCommitting: Strike = async (scene, blow) => {
  if (await aimAtCommit(scene.stage)) kill(scene, scene.stage.fleet.running('worker'), blow)
}

function kill({ stage }: Scene, programs: readonly Program[], { fault, lastsMs }: Blow): void {
  for (const program of programs) {
    stage.timeline.note(fault, `${program.name}, another one after ${lastsMs} ms`)
    stage.fleet.leaveEmpty(program, lastsMs)
    // Also one that is frozen.
    program.force('SIGKILL')
  }
}
