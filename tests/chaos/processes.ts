import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A living process. */
interface LivingProcess {
  readonly pid: number
  readonly parent: number
  readonly args: string
}

/** The processes of a private run, as they live now. */
export interface RunProcesses {
  readonly overseer: number
  readonly workers: readonly number[]
}

/** The overseer that a command has started and the workers of that overseer; null while one of them is not there. */
export async function findRunProcesses(command: number): Promise<RunProcesses | null> {
  const all = await listProcesses()
  const overseer = all.find(({ parent, args }) => parent === command && args.includes('private-overseer'))
  if (overseer === undefined) return null
  const own = all.filter(({ parent, args }) => parent === overseer.pid && args.includes('--orders'))
  const workers = own.map(({ pid }) => pid)
  return workers.length === 0 ? null : { overseer: overseer.pid, workers }
}

/** Which of these processes live; one that has ended and that nobody has waited for does not. */
export async function findLiving(pids: readonly number[]): Promise<number[]> {
  return (await listProcesses()).map(({ pid }) => pid).filter((pid) => pids.includes(pid))
}

async function listProcesses(): Promise<LivingProcess[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { maxBuffer: 2 ** 24 })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return state === undefined || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), args: args ?? '' }]
  })
}
