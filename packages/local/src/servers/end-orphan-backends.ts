import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { HomeLayout } from './home-layout.ts'
import { signal } from './running-process.ts'

const run = promisify(execFile)

/**
 * Kills what is left of a PostgreSQL whose first process was killed: processes that work in its data folder, are called
 * `postgres: …` and have a parent that doesn't work there. Their work is lost already; the next start recovers.
 */
export async function endOrphanBackends(layout: HomeLayout): Promise<void> {
  const pids = process.platform === 'linux' ? await orphansFromProc(layout) : await orphansFromLsof(layout)
  for (const pid of pids) signal(pid, 'SIGKILL')
}

async function orphansFromProc(layout: HomeLayout): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1)
  const inFolder = await filterAsync(pids, async (pid) => (await folderOf(pid)) === layout.postgresData)
  return await filterAsync(inFolder, async (pid) => {
    const title = await readOrNothing(`/proc/${pid}/cmdline`)
    const parent = /^PPid:\s*(\d+)/m.exec(await readOrNothing(`/proc/${pid}/status`))?.[1]
    return title.startsWith('postgres: ') && !inFolder.includes(Number(parent))
  })
}

/** macOS has no /proc: lsof knows working folders, and orphans have process 1 as their parent. */
async function orphansFromLsof(layout: HomeLayout): Promise<number[]> {
  const open = await outputOf('lsof', ['-a', '-c', 'postgres', '-d', 'cwd', '-R', '-Fpn'])
  const processes = open.split(/^(?=p)/m)
  return processes.flatMap((lines) => {
    const pid = Number(/^p(\d+)/.exec(lines)?.[1])
    const isOrphan = /^R1$/m.test(lines) && lines.includes(`\nn${layout.postgresData}\n`)
    return pid > 1 && isOrphan ? [pid] : []
  })
}

async function folderOf(pid: number): Promise<string> {
  try {
    return await readlink(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

async function outputOf(program: string, args: string[]): Promise<string> {
  try {
    return (await run(program, args)).stdout
  } catch {
    return ''
  }
}

async function filterAsync<T>(values: readonly T[], keep: (value: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(values.map(keep))
  return values.filter((_, index) => kept[index])
}
