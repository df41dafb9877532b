import { readdirSync } from 'node:fs'
import { platform } from 'node:os'
import { peakMbOf, readOfProcess } from './peak-memory.ts'

/** The most memory that a command and its overseer have had resident, in MB; null where the system does not tell. */
export interface Peaks {
  readonly clientMb: number | null
  readonly overseerMb: number | null
}

const lookMs = 100

/**
 * Watches what memory a process and the child of it whose command line has this word have at the most. On Linux, from
 * /proc.
 */
export function watchPeaks(pid: number, childWord: string): { read(): Peaks; stop(): void } {
  let clientMb: number | null = null
  let overseerMb: number | null = null
  let child: number | null = null
  const look = (): void => {
    clientMb = peakMbOf(pid) ?? clientMb
    child ??= findChild(pid, childWord)
    if (child !== null) overseerMb = peakMbOf(child) ?? overseerMb
  }
  const timer = platform() === 'linux' ? setInterval(look, lookMs) : undefined
  return { read: () => ({ clientMb, overseerMb }), stop: () => clearInterval(timer) }
}

function findChild(parent: number, word: string): number | null {
  const isChild = (pid: string): boolean =>
    readOfProcess(pid, 'cmdline').includes(word) && readOfProcess(pid, 'status').includes(`PPid:\t${parent}\n`)
  const found = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isChild(name))
  return found === undefined ? null : Number(found)
}
