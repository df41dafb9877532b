import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type CoreOrders, slot, slotCount } from './watched-core.ts'

/** What was taken of some time, in ms. */
export interface Taken {
  /** For how long no core did anything, in pauses of 0.2 s and more. */
  readonly pausedMs: number
  /** For how long a core was away, on average over all cores; null where that cannot be told from our own load. */
  readonly takenMs: number | null
}

/** Watches how much of the machine's time is taken away, by threads that sleep and note how late they are woken. */
export interface PauseWatch {
  /** What can be seen here, for people. */
  readonly about: string
  /** What was taken since the last call. */
  take(): Taken
  stop(): Promise<void>
}

/** Begins to watch, with a thread for each core. */
export async function watchPauses(): Promise<PauseWatch> {
  const cores = Array.from({ length: availableParallelism() }, (_, core) => startThread(core))
  const isFirst = (await Promise.all(cores.map(({ comesFirst }) => comesFirst))).every((comesFirst) => comesFirst)
  const takeMs = (which: number): number[] => cores.map(({ shared }) => Atomics.exchange(shared, which, 0) / 1000)
  return {
    about: isFirst
      ? 'A real-time thread on each core watches for time that is taken away.'
      : 'Threads cannot have real-time priority here: only pauses of 0.2 s are seen, not the time that is taken away.',
    take: () => {
      const pausedMs = Math.min(...takeMs(slot.paused))
      const takenMs = takeMs(slot.taken).reduce((sum, one) => sum + one, 0) / cores.length
      return { pausedMs, takenMs: isFirst ? takenMs : null }
    },
    stop: async () => {
      for (const { shared } of cores) {
        Atomics.store(shared, slot.stop, 1)
        Atomics.notify(shared, slot.stop)
      }
      await Promise.all(cores.map(({ ended }) => ended))
    },
  }
}

function startThread(core: number) {
  const shared = new Int32Array(new SharedArrayBuffer(slotCount * Int32Array.BYTES_PER_ELEMENT))
  const orders: CoreOrders = { core, shared }
  const thread = new Worker(new URL('./watch-core-main.js', import.meta.url), { workerData: orders })
  // It says whether it has real-time priority, once it watches.
  const comesFirst = once(thread, 'message').then(([answer]) => answer as boolean)
  return { shared, ended: once(thread, 'exit'), comesFirst }
}
