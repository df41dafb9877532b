import { parentPort, workerData } from 'node:worker_threads'
import { comeFirst } from './come-first.ts'
import { latenessOf, tickMs } from './lateness.ts'
import { type CoreOrders, slot } from './watched-core.ts'

// The thread of one core: it sleeps again and again, and notes how late it was woken.
const { core, shared } = workerData as CoreOrders

parentPort?.postMessage(comeFirst(core))
let lastMs = performance.now()
while (Atomics.load(shared, slot.stop) === 0) {
  Atomics.wait(shared, slot.stop, 0, tickMs)
  const nowMs = performance.now()
  const { takenMs, pausedMs } = latenessOf(nowMs - lastMs)
  Atomics.add(shared, slot.taken, Math.round(takenMs * 1000))
  Atomics.add(shared, slot.paused, Math.round(pausedMs * 1000))
  lastMs = nowMs
}
