import { readFileSync } from 'node:fs'

/**
 * The most memory that a process has had resident, in MB; null: it has gone, or the system does not tell. Linux only.
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function peakMbOf(pid: number | string): number | null {
  const [, kB] = /^VmHWM:\s+(\d+)/m.exec(readOfProcess(pid, 'status')) ?? []
  return kB === undefined ? null : Math.round(Number(kB) / 1024)
}

/** The text of a file of /proc; empty when its process has gone, or is somebody else's. */
export function readOfProcess(pid: number | string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
