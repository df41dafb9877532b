import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'

/**
 * Has this thread woken before everything else, bound to a core. Node.js can do neither by itself.
 * @param core null: it stays on any
 * @returns false where that is not possible: without Linux, its util-linux, or the right to it
 */
export function comeFirst(core: number | null): boolean {
  try {
    // Such as 4711/task/4713, which ends with the id of the thread that reads it.
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? ''
    if (core !== null) execFileSync('taskset', ['--cpu-list', '--pid', String(core), thread], { stdio: 'ignore' })
    execFileSync('chrt', ['--fifo', '--pid', '1', thread], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
