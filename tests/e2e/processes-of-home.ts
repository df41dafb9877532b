import { readdir, readFile } from 'node:fs/promises'

/** The command lines of all processes, with the number of each. Empty where there is no /proc. */
export async function readCommandLines(): Promise<{ pid: number; commandLine: string }[]> {
  return readOfProcesses('cmdline').then((all) => all.map(({ pid, text }) => ({ pid, commandLine: text })))
}

/** The processes that were started with this home. */
export async function processesOf(home: string): Promise<{ pid: number; commandLine: string }[]> {
  const mark = `QUERYPOOL_HOME=${home}\0`
  const own = new Set(
    (await readOfProcesses('environ')).filter(({ text }) => text.includes(mark)).map(({ pid }) => pid),
  )
  return (await readCommandLines()).filter(({ pid }) => own.has(pid))
}

async function readOfProcesses(file: 'cmdline' | 'environ'): Promise<{ pid: number; text: string }[]> {
  const entries = await readdir('/proc').catch(() => [])
  const found: { pid: number; text: string }[] = []
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    const text = await readFile(`/proc/${entry}/${file}`, 'latin1').catch(() => '')
    if (text !== '') found.push({ pid: Number(entry), text })
  }
  return found
}

/** Kills a process, if it is still there. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}
