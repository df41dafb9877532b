import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Timeline } from '../timeline.ts'

export type Role = 'overseer' | 'worker' | 'command'

/** A process of QueryPool that was started here. */
export interface Program {
  readonly name: string
  readonly role: Role
  readonly pid: number
  /** The file with all that it has written to standard error. */
  readonly log: string
  /** What it wrote to standard output, once it has ended, and with what status; null: a signal ended it. */
  readonly ended: Promise<{ readonly status: number | null; readonly stdout: string }>
  isRunning(): boolean
  /** Asks it alone to stop, as Ctrl-C and service managers do. Does nothing when it has ended. */
  stop(): void
  /** Kills, freezes or wakes it with the processes that it has started itself: none of them is asked. */
  force(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
}

/** How a program is started. */
export interface ProgramCommand {
  readonly name: string
  readonly role: Role
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly log: string
}

/** Starts a program with node, in a process group of its own: Ctrl-C at our terminal is not for it. */
export function startProgram(command: ProgramCommand, timeline: Timeline): Program {
  const { name, role, args, env, folder, log } = command
  const file = openSync(log, 'a')
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', file],
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  closeSync(file)
  let stdout = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const isRunning = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null
  const ended = new Promise<{ status: number | null; stdout: string }>((resolve) => {
    child.once('error', () => resolve({ status: null, stdout }))
    child.once('exit', (status, signal) =>
      timeline.note(name, `process ${child.pid} ended: ${signal ?? `status ${status}`}`),
    )
    child.once('close', (status) => resolve({ status, stdout }))
  })
  timeline.note(name, `process ${child.pid} started`)
  return {
    name,
    role,
    pid: child.pid ?? 0,
    log,
    ended,
    isRunning,
    stop: () => {
      if (isRunning()) child.kill('SIGTERM')
    },
    force: (signal) => {
      if (isRunning() && child.pid !== undefined) process.kill(-child.pid, signal)
    },
  }
}
