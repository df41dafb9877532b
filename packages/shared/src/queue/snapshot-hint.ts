import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { HeldSnapshot } from '../database/index.ts'
import type { RunId } from './add-run.ts'

const held = z.object({ server: z.string(), ids: z.array(z.string()) })

// Overseers put it again long before, as long as the snapshot is wanted.
const hintSeconds = 24 * 3600

/**
 * Puts by which names the snapshot of a generation can be imported now where workers read it before each attempt. The
 * target database has the truth; Redis may lose this. What is so already is left alone.
 */
export async function hintSnapshot(redis: Redis, prefix: string, id: RunId, snapshot: HeldSnapshot): Promise<void> {
  const text = JSON.stringify(snapshot)
  const key = hintKey(prefix, id)
  if ((await redis.get(key)) !== text) await redis.set(key, text, 'EX', hintSeconds)
}

/** By which names the snapshot of a generation can be imported; null when Redis doesn't know. */
export async function readSnapshotHint(redis: Redis, prefix: string, id: RunId): Promise<HeldSnapshot | null> {
  const text = await redis.get(hintKey(prefix, id))
  return text === null ? null : held.parse(JSON.parse(text))
}

/** Takes it away: from now on nothing begins in the snapshot. */
export async function forgetSnapshotHint(redis: Redis, prefix: string, id: RunId): Promise<void> {
  await redis.del(hintKey(prefix, id))
}

function hintKey(prefix: string, { run, generation }: RunId): string {
  return `${prefix}:snapshot:${run}:${generation}`
}
