import { Worker } from 'node:worker_threads'

/** What the thread that pings and the one that reads it share, as indexes into an Int32Array. Times are in µs. */
export const pingSlot = {
  /** 1: the thread is to end. */
  stop: 0,
  /** The longest answer. */
  longest: 1,
  /** How much too late the thread was woken at the most. */
  latest: 2,
} as const

/** What the thread is told. */
export interface PingOrders {
  readonly redisUrl: string
  readonly shared: Int32Array
}

/** The longest answers of a Redis to a PING every few ms, in ms. */
export interface Pings {
  readonly longestPingMs: number
  /** For comparison: how late the machine let whoever asked go on, at the most, without any Redis. */
  readonly latestWakeMs: number
}

/**
 * Pings a Redis from a thread of its own, which comes before all others where the system allows that: what it waits for is
 * Redis or the machine.
 */
export function pingRedis(redisUrl: string): { read(): Pings; stop(): void } {
  const shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))
  const orders: PingOrders = { redisUrl, shared }
  const thread = new Worker(new URL('./ping-main.js', import.meta.url), { workerData: orders })
  thread.unref()
  const readMs = (slot: number): number => Math.round(Atomics.load(shared, slot) / 1000)
  return {
    read: () => ({ longestPingMs: readMs(pingSlot.longest), latestWakeMs: readMs(pingSlot.latest) }),
    stop: () => Atomics.store(shared, pingSlot.stop, 1),
  }
}
