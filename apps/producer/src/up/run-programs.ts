import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import pc from 'picocolors'

/** A long-running command of querypool. */
export interface ProgramToRun {
  readonly name: string
  readonly args: readonly string[]
}

/** Programs that run side by side. */
export interface RunningPrograms {
  /** Resolves when the first of them has ended by itself, with its name. */
  readonly firstEnd: Promise<string>
  /** Asks all to stop and waits until they have. */
  stop(): Promise<void>
}

const colours = [pc.cyan, pc.magenta, pc.yellow, pc.green]

/**
 * Starts the commands as processes of their own and passes on what they say, each line with the name of its program.
 * @param environment of all of them
 */
export function runPrograms(programs: readonly ProgramToRun[], environment: NodeJS.ProcessEnv): RunningPrograms {
  const width = Math.max(...programs.map(({ name }) => name.length))
  const children: ChildProcess[] = []
  const ends = programs.map(({ name, args }, index) => {
    const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
      // Without this process the others stop, however this one ended: that is what the channel is for.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: environment,
    })
    children.push(child)
    const prefix = (colours[index % colours.length] ?? pc.white)(`${name.padEnd(width)} |`)
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) passOn(stream, prefix)
    return new Promise<string>((resolve) => {
      child.once('error', () => resolve(name))
      child.once('exit', () => resolve(name))
    })
  })
  return {
    firstEnd: Promise.race(ends),
    stop: async () => {
      for (const child of children) child.kill('SIGTERM')
      await Promise.all(ends)
    },
  }
}

function passOn(stream: Readable, prefix: string): void {
  createInterface({ input: stream }).on('line', (line) => console.log(`${prefix} ${line}`))
}
