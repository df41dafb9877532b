import { readdir, readFile } from 'node:fs/promises'
import type { Stage } from './stage.ts'

/** A process of the installation, as the system tells it. */
export interface InstalledProcess {
  readonly pid: number
  readonly group: number
  /** Its arguments, with spaces between them. */
  readonly command: string
}

/** All processes of the installation, whoever has started them: they know its result store. None where there is no /proc. */
export async function findProcesses({ storeFolder }: Stage): Promise<InstalledProcess[]> {
  const found: InstalledProcess[] = []
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const environment = await readOf(pid, 'environ')
    if (!environment.includes(`QUERYPOOL_RESULTS=${storeFolder}\0`)) continue
    const group = groupOf(await readOf(pid, 'stat'))
    if (group === null) continue
    found.push({ pid: Number(pid), group, command: (await readOf(pid, 'cmdline')).replaceAll('\0', ' ').trim() })
  }
  return found
}

/** Empty for a process that has ended meanwhile. */
function readOf(pid: string, file: 'environ' | 'stat' | 'cmdline'): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')
}

/** The process group in a line of /proc/<pid>/stat, behind the name in parentheses; null for what has ended. */
function groupOf(stat: string): number | null {
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === undefined || state === 'Z' ? null : Number(group)
}
