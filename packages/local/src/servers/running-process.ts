import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isFault } from './is-fault.ts'

const run = promisify(execFile)

/**
 * Whether a live process has that id and its command line contains `mark`. The mark is needed because ids are given
 * again (in a restarted container soon); a dead process that nobody has waited for counts as dead, since in containers
 * whose first process doesn't wait for orphans it would stay for good.
 */
export async function isRunning(pid: number, mark: string): Promise<boolean> {
  const command = process.platform === 'linux' ? await commandFromProc(pid) : await commandFromPs(pid)
  return command.includes(mark)
}

/** Waits until such a process (see isRunning) is gone; false when it isn't after that time. */
export async function waitUntilGone(pid: number, mark: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (await isRunning(pid, mark)) {
    if (Date.now() > deadline) return false
    await delay(30)
  }
  return true
}

/** Sends a signal; a process that has gone in the meantime is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (fault) {
    if (!isFault(fault, 'ESRCH')) throw fault
  }
}

/** Reads a process id from the first line of a file; undefined without such a file or number. */
export async function readPid(file: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(file, 'utf8'), 10)
    return pid > 0 ? pid : undefined
  } catch (fault) {
    if (isFault(fault, 'ENOENT')) return undefined
    throw fault
  }
}

/** Whether the process that a pid file names runs (see isRunning). */
export async function isPidFileRunning(file: string, mark: string): Promise<boolean> {
  const pid = await readPid(file)
  return pid !== undefined && (await isRunning(pid, mark))
}

async function commandFromProc(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch (fault) {
    if (isFault(fault, 'ENOENT', 'ESRCH')) return ''
    throw fault
  }
}

async function commandFromPs(pid: number): Promise<string> {
  try {
    return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
