import { readdirSync, readFileSync } from 'node:fs'
import { workerProgram } from '@querypool/local/programs'

/** Watches the memory of a worker. */
export interface MemoryWatch {
  /** The most resident memory that the worker had until now, in bytes; null: there was none, or the system does not tell. */
  peakBytes(): number | null
  stop(): void
}

const lookMs = 20

/**
 * Watches the worker process of a home, of which there is one at a time. The system itself keeps the peak (VmHWM), so that
 * nothing is missed but what happens in the last moments of the process. Linux only.
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function watchPeakMemory(home: string): MemoryWatch {
  let pid: string | null = null
  let peakBytes: number | null = null
  const look = (): void => {
    pid ??= findWorker(home)
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(pid === null ? '' : readOrNothing(`/proc/${pid}/status`))
    if (found) peakBytes = Number(found[1]) * 1024
  }
  const timer = setInterval(look, lookMs)
  return { peakBytes: () => peakBytes, stop: () => clearInterval(timer) }
}

function findWorker(home: string): string | null {
  if (process.platform !== 'linux') return null
  const isWorker = (pid: string): boolean =>
    readOrNothing(`/proc/${pid}/cmdline`).includes(workerProgram()) &&
    readOrNothing(`/proc/${pid}/environ`).split('\0').includes(`QUERYPOOL_HOME=${home}`)
  return readdirSync('/proc').find((name) => /^\d+$/.test(name) && isWorker(name)) ?? null
}

/** Processes end while one looks, and those of others cannot be read. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
