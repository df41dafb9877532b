import { readdirSync } from 'node:fs'
import { workerProgram } from '@querypool/local/programs'
import { peakMbOf, readOfProcess } from './peak-memory.ts'

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
 */
export function watchPeakMemory(home: string): MemoryWatch {
  let pid: string | null = null
  let peakBytes: number | null = null
  const look = (): void => {
    pid ??= findWorker(home)
    const peakMb = pid === null ? null : peakMbOf(pid)
    if (peakMb !== null) peakBytes = peakMb * 1024 * 1024
  }
  const timer = setInterval(look, lookMs)
  return { peakBytes: () => peakBytes, stop: () => clearInterval(timer) }
}

function findWorker(home: string): string | null {
  if (process.platform !== 'linux') return null
  const isWorker = (pid: string): boolean =>
    readOfProcess(pid, 'cmdline').includes(workerProgram()) &&
    readOfProcess(pid, 'environ').split('\0').includes(`QUERYPOOL_HOME=${home}`)
  return readdirSync('/proc').find((name) => /^\d+$/.test(name) && isWorker(name)) ?? null
}
