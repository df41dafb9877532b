import { setTimeout as wait } from 'node:timers/promises'
import type { HeldSnapshot } from '@querypool/shared/database'
import { hintSnapshot, type RunQueue } from '@querypool/shared/queue'

// A Redis that does not answer keeps no holder from being replaced.
const redisPatienceMs = 2000

/** Tells workers by which names the snapshot of a generation can be imported now. */
export async function tellWorkers(
  { redis, prefix }: RunQueue,
  { run, generation }: { readonly run: string; readonly generation: number },
  { server, ids }: HeldSnapshot,
): Promise<void> {
  if (redis.status !== 'ready') return
  const telling = hintSnapshot(redis, prefix, { run, generation }, { server, ids })
  await Promise.race([telling, wait(redisPatienceMs, undefined, { ref: false })])
}
