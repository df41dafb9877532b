import { chosen, type Strike } from './fault.ts'

/** Asks one overseer or worker to stop, as a deployment does; another takes its place after a while. */
export function stopOne(role: 'overseer' | 'worker'): Strike {
  return async ({ stage }, blow) => {
    const program = chosen(stage.fleet.running(role), blow)
    if (program === undefined) return
    stage.timeline.note(blow.fault, program.name)
    stage.fleet.leaveEmpty(program, blow.lastsMs)
    program.stop()
  }
}
