import { createHash } from 'node:crypto'

/** How much later than its time a slot begins, in ms, below `jitterMs`: the same whoever asks, and however often. */
export function jitterOf(schedule: string, at: Date, jitterMs: number): number {
  if (jitterMs === 0) return 0
  const hash = createHash('sha256').update(`${schedule} ${at.toISOString()}`).digest()
  return Math.floor((hash.readUInt32BE() / 2 ** 32) * jitterMs)
}
