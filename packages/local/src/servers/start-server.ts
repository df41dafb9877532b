import { spawn } from 'node:child_process'
import { openLog } from './log-file.ts'
import type { ServerAccount } from './server-account.ts'

/** A server program to be started. Passwords belong into files: its arguments can be seen by everybody. */
export interface ServerCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  readonly log: string
  readonly account: ServerAccount | undefined
  /** Folder of shared libraries that only this program uses. */
  readonly libraries?: string | undefined
}

/** A started server: its process id, and its end as a promise of a sentence about it. */
export interface StartedServer {
  readonly pid: number | undefined
  readonly ended: Promise<string>
}

/**
 * Starts a server in a session of its own, so that it outlives us and gets none of our terminal's signals. It sees
 * nothing of our environment but PATH and the time zone; its output goes to its log.
 */
export async function startServer(command: ServerCommand): Promise<StartedServer> {
  const log = await openLog(command.log)
  try {
    const child = spawn(command.program, command.args, {
      cwd: command.folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: serverEnvironment(command.libraries),
      ...command.account,
    })
    child.unref()
    const ended = new Promise<string>((resolve) => {
      child.once('error', (fault) => resolve(fault.message))
      child.once('exit', (status, signalName) =>
        resolve(signalName ? `ended by ${signalName}` : `ended with ${status}`),
      )
    })
    return { pid: child.pid, ended }
  } finally {
    await log.close()
  }
}

/** The environment of a server program. */
export function serverEnvironment(libraries: string | undefined): NodeJS.ProcessEnv {
  const { PATH, TZ } = process.env
  return {
    LANG: 'C',
    ...(PATH === undefined ? {} : { PATH }),
    ...(TZ === undefined ? {} : { TZ }),
    ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
  }
}
