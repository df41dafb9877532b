import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DemoFault } from './demo-fault.ts'
import { repositoryFolder } from './repository-folder.ts'

/** How the demo calls `querypool`. */
export interface CallOptions {
  /** QUERYPOOL_HOME of the call. */
  readonly home: string
  /** Ends the call: it is asked once to cancel, as by Ctrl-C, and its end is waited for. */
  readonly signal: AbortSignal
  /** The program to call; that of this checkout when absent. */
  readonly program?: string
}

const ownProgram = join(repositoryFolder, 'apps', 'producer', 'dist', 'main.js')

/** Time for a cancelled call to confirm and end. */
const graceMs = 30_000

/**
 * Calls `querypool` as a user would, its standard error on ours, and returns its standard output.
 *
 * @throws DemoFault if its exit status isn't 0; the reason of the signal once that is aborted
 */
export async function callQuerypool(args: readonly string[], options: CallOptions): Promise<string> {
  const { home, signal, program = ownProgram } = options
  signal.throwIfAborted()
  // A process group of its own: otherwise Ctrl-C on a terminal would reach it twice, which means to leave the run.
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, QUERYPOOL_HOME: home },
  })
  let patience: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    child.kill('SIGINT')
    patience = setTimeout(() => child.kill('SIGKILL'), graceMs)
  }
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    signal.throwIfAborted()
    if (status !== 0) throw new DemoFault(`querypool ${args[0]} ended with exit status ${status}`)
    return Buffer.concat(chunks).toString()
  } finally {
    signal.removeEventListener('abort', interrupt)
    clearTimeout(patience)
  }
}
