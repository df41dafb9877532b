import { readdirSync, readFileSync } from 'node:fs'
import { platform } from 'node:os'

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
    clientMb = peakOf(pid) ?? clientMb
    child ??= findChild(pid, childWord)
    if (child !== null) overseerMb = peakOf(child) ?? overseerMb
  }
  const timer = platform() === 'linux' ? setInterval(look, lookMs) : undefined
  return { read: () => ({ clientMb, overseerMb }), stop: () => clearInterval(timer) }
}

function peakOf(pid: number): number | null {
  const [, kB] = /^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? []
  return kB === undefined ? null : Math.round(Number(kB) / 1024)
}

function findChild(parent: number, word: string): number | null {
  const isChild = (pid: string): boolean =>
    read(`/proc/${pid}/cmdline`).includes(word) && read(`/proc/${pid}/status`).includes(`PPid:\t${parent}\n`)
  const found = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isChild(name))
  return found === undefined ? null : Number(found)
}

/** The text of a file of /proc; empty when its process has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
