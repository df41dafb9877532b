import { readdir, readFile } from 'node:fs/promises'
import type { Oracle } from './round-outcome.ts'

/**
 * No process of the installation is left but the overseers and workers that belong to it. What overseers and workers start
 * is of their process group. Where there is no /proc, none is found.
 */
export const checkProcesses: Oracle = async ({ stage }) => {
  const crew = new Set([...stage.fleet.running('overseer'), ...stage.fleet.running('worker')].map(({ pid }) => pid))
  const wrong: string[] = []
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    if (!environment.includes(`QUERYPOOL_RESULTS=${stage.storeFolder}\0`)) continue
    const group = groupOf(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''))
    if (group !== null && !crew.has(group)) wrong.push(`The process ${pid} is left, of a program that has ended.`)
  }
  return wrong
}

/** The process group in a line of /proc/<pid>/stat, behind the name in parentheses; null for what has ended. */
function groupOf(stat: string): number | null {
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === undefined || state === 'Z' ? null : Number(group)
}
