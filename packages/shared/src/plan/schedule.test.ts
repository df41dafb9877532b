import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundMs, enoughSlots, schedule } from './schedule.ts'

const durations = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 30 })
const few = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 })
const slotCounts = fc.integer({ min: 1, max: 8 })

test('each query runs on the slot that is free first', () => {
  expect(schedule([5, 2, 2, 4], 2)).toEqual({
    placements: [
      { slot: 0, startMs: 0, endMs: 5 },
      { slot: 1, startMs: 0, endMs: 2 },
      { slot: 1, startMs: 2, endMs: 4 },
      { slot: 1, startMs: 4, endMs: 8 },
    ],
    wallMs: 8,
  })
})

test('no slot does two things at once, and none is idle while a query waits', () => {
  fc.assert(
    fc.property(durations, slotCounts, (durationsMs, slots) => {
      const { placements } = schedule(durationsMs, slots)
      for (const [index, { slot, startMs, endMs }] of placements.entries()) {
        expect(endMs - startMs).toBe(durationsMs[index])
        expect(slot).toBeLessThan(slots)
        const before = placements.slice(0, index)
        const freeAt = (other: number): number =>
          Math.max(0, ...before.filter((earlier) => earlier.slot === other).map((earlier) => earlier.endMs))
        expect(startMs).toBe(freeAt(slot))
        expect(startMs).toBe(Math.min(...Array.from({ length: slots }, (_, other) => freeAt(other))))
      }
    }),
  )
})

test('the wall time lies between the bound and an even share with the longest on top', () => {
  fc.assert(
    fc.property(durations, slotCounts, (durationsMs, slots) => {
      const { wallMs } = schedule(durationsMs, slots)
      const totalMs = durationsMs.reduce((sum, ms) => sum + ms, 0)
      expect(wallMs).toBeGreaterThanOrEqual(boundMs(durationsMs, slots))
      expect(wallMs).toBeLessThanOrEqual(totalMs / slots + Math.max(0, ...durationsMs))
    }),
  )
})

test('longest first is at most a third over the best of all orders, which is never under the bound', () => {
  fc.assert(
    fc.property(few, fc.integer({ min: 1, max: 3 }), (durationsMs, slots) => {
      const bestMs = Math.min(...permutations(durationsMs).map((order) => schedule(order, slots).wallMs))
      const longestFirst = durationsMs.toSorted((one, other) => other - one)
      expect(bestMs).toBeGreaterThanOrEqual(boundMs(durationsMs, slots))
      expect(schedule(longestFirst, slots).wallMs).toBeLessThanOrEqual((4 / 3) * bestMs)
    }),
    { numRuns: 50 },
  )
})

test('the best of all orders is the best of all ways to share the queries between the slots', () => {
  fc.assert(
    fc.property(few, fc.integer({ min: 1, max: 3 }), (durationsMs, slots) => {
      const bestMs = Math.min(...permutations(durationsMs).map((order) => schedule(order, slots).wallMs))
      expect(bestMs).toBe(bestSharing(durationsMs, slots))
    }),
    { numRuns: 50 },
  )
})

test('one slot more never makes it slower, and more than enough slots never make it faster', () => {
  fc.assert(
    fc.property(durations, slotCounts, (durationsMs, slots) => {
      expect(schedule(durationsMs, slots + 1).wallMs).toBeLessThanOrEqual(schedule(durationsMs, slots).wallMs)
      const longestMs = Math.max(0, ...durationsMs)
      const enough = enoughSlots(durationsMs.length, longestMs, (count) => schedule(durationsMs, count).wallMs)
      expect(schedule(durationsMs, enough).wallMs).toBe(longestMs)
      if (enough > 1) expect(schedule(durationsMs, enough - 1).wallMs).toBeGreaterThan(longestMs)
    }),
  )
})

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]]
  return values.flatMap((value, index) =>
    permutations(values.filter((_, other) => other !== index)).map((rest) => [value, ...rest]),
  )
}

/** The least time of the fullest slot, over all ways to share. */
function bestSharing(durationsMs: readonly number[], slots: number, loadsMs = Array<number>(slots).fill(0)): number {
  const [first, ...rest] = durationsMs
  if (first === undefined) return Math.max(...loadsMs)
  return Math.min(
    ...loadsMs.map((_, slot) =>
      bestSharing(
        rest,
        slots,
        loadsMs.map((loadMs, other) => (other === slot ? loadMs + first : loadMs)),
      ),
    ),
  )
}
