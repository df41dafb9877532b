import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { latenessOf, tickMs } from './lateness.ts'
import { type CoreOrders, slot } from './watched-core.ts'

// The thread of one core: it sleeps again and again, and notes how late it was woken.
const { core, shared } = workerData as CoreOrders

parentPort?.postMessage(comeFirst())
let lastMs = performance.now()
while (Atomics.load(shared, slot.stop) === 0) {
  Atomics.wait(shared, slot.stop, 0, tickMs)
  const nowMs = performance.now()
  const { takenMs, pausedMs } = latenessOf(nowMs - lastMs)
  Atomics.add(shared, slot.taken, Math.round(takenMs * 1000))
  Atomics.add(shared, slot.paused, Math.round(pausedMs * 1000))
  lastMs = nowMs
}

/**
 * Binds this thread to its core and has it woken before everything else there. Node.js can do neither by itself.
 * @returns false where that is not possible: without Linux, its util-linux, or the right to it
 */
function comeFirst(): boolean {
  try {
    // Such as 4711/task/4713, which ends with the id of the thread that reads it.
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? ''
    execFileSync('taskset', ['--cpu-list', '--pid', String(core), thread], { stdio: 'ignore' })
    execFileSync('chrt', ['--fifo', '--pid', '1', thread], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
