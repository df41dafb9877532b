import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Undo } from '../undo.ts'

/** A long-running program of an installation. */
export interface Program {
  /** That of the process that is there now. */
  readonly pid: number
  /** Kills it without a word (SIGKILL), and starts another one. */
  replace(): Promise<void>
}

/** Starts a long-running program of Node.js, and waits until it says where its health is. */
export async function startProgram(args: readonly string[], env: NodeJS.ProcessEnv, undo: Undo): Promise<Program> {
  let child = await start(args, env)
  undo.push(() => end(child, 'SIGTERM'))
  return {
    get pid() {
      return child.pid ?? 0
    },
    replace: async () => {
      await end(child, 'SIGKILL')
      child = await start(args, env)
    },
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  // A process group of its own: Ctrl-C at our terminal is not for it.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env })
  const ended = once(child, 'exit')
  let said = ''
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.includes('"health":')) return
      said += text
      if (said.includes('"health":')) resolve()
    })
  })
  const failed = ended.then(([status]) => {
    throw new Error(`querypool ${args[1]} ended with ${status} at its start:\n${said}`)
  })
  // It also ends when it is told to, and then nobody waits for it.
  failed.catch(() => {})
  await Promise.race([ready, failed])
  return child
}
