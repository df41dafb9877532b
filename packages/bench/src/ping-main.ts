import { setTimeout as wait } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { connectRedis } from '@querypool/shared/queue'
import { type PingOrders, pingSlot } from './ping-redis.ts'
import { comeFirst } from './taken-time/come-first.ts'

// The thread that asks Redis for a sign of life every few ms, and notes how long it waited at the most, and how much too late
// the machine woke it.
const { redisUrl, shared } = workerData as PingOrders
const everyMs = 5

const redis = connectRedis(redisUrl)
await redis.ping()
comeFirst(null)
while (Atomics.load(shared, pingSlot.stop) === 0) {
  const beganMs = performance.now()
  await redis.ping()
  const answeredMs = performance.now()
  await wait(everyMs)
  note(pingSlot.longest, answeredMs - beganMs)
  note(pingSlot.latest, performance.now() - answeredMs - everyMs)
}
redis.disconnect()

function note(slot: number, ms: number): void {
  Atomics.store(shared, slot, Math.max(Atomics.load(shared, slot), Math.round(ms * 1000)))
}
