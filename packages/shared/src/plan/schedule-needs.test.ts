import fc from 'fast-check'
import { expect, test } from 'vitest'
import { criticalPath } from './critical-path.ts'
import { restAfter } from './rest-after.ts'
import { schedule } from './schedule.ts'
import { scheduleNeeds } from './schedule-needs.ts'

/** Queries that take so long and need some that stand before them or behind them, in no circle: by their ranks. */
const graphs = fc
  .array(
    fc.record({ ms: fc.integer({ min: 0, max: 100 }), rank: fc.nat(), needs: fc.array(fc.nat(), { maxLength: 4 }) }),
    {
      minLength: 1,
      maxLength: 25,
    },
  )
  .map((drawn) => {
    const needs = drawn.map(({ rank, needs: wanted }) => {
      const lower = drawn.flatMap((other, index) => (other.rank < rank ? [index] : []))
      return [...new Set(wanted.flatMap((n) => (lower.length === 0 ? [] : [lower[n % lower.length] as number])))]
    })
    return { durationsMs: drawn.map(({ ms }) => ms), needs }
  })
const slotCounts = fc.integer({ min: 1, max: 6 })

test('each query begins when its needs have ended and a slot is free, and no slot is idle while one could begin', () => {
  fc.assert(
    fc.property(graphs, slotCounts, ({ durationsMs, needs }, slots) => {
      const { placements, wallMs } = scheduleNeeds(durationsMs, needs, slots)
      expect(placements.length).toBe(durationsMs.length)
      expect(wallMs).toBe(Math.max(...placements.map(({ endMs }) => endMs)))
      for (const [index, { slot, startMs, endMs }] of placements.entries()) {
        expect(slot).toBeLessThan(slots)
        expect(endMs - startMs).toBe(durationsMs[index])
        const readyMs = Math.max(0, ...(needs[index] ?? []).map((need) => placements[need]?.endMs ?? 0))
        expect(startMs).toBeGreaterThanOrEqual(readyMs)
        const others = placements.filter((_, other) => other !== index)
        for (const other of others)
          if (other.slot === slot && other.endMs > other.startMs && endMs > startMs)
            expect(other.endMs <= startMs || other.startMs >= endMs).toBe(true)
        // While it was ready and had not begun, all slots were busy.
        for (const atMs of [readyMs, ...others.map((other) => other.endMs)])
          if (atMs >= readyMs && atMs < startMs)
            expect(others.filter((other) => other.startMs <= atMs && other.endMs > atMs).length).toBe(slots)
      }
    }),
  )
})

test('queries that need none are placed as if there were no needs', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 30 }), slotCounts, (durationsMs, slots) => {
      const none = durationsMs.map(() => [])
      const startsOf = (placements: readonly { startMs: number }[]): number[] =>
        placements.map(({ startMs }) => startMs)
      expect(startsOf(scheduleNeeds(durationsMs, none, slots).placements)).toEqual(
        startsOf(schedule(durationsMs, slots).placements),
      )
    }),
  )
})

test('with as many slots as queries a run takes as long as its longest path', () => {
  fc.assert(
    fc.property(graphs, ({ durationsMs, needs }) => {
      const path = criticalPath(durationsMs, needs, restAfter(durationsMs, needs))
      const pathMs = path.reduce((sum, index) => sum + (durationsMs[index] ?? 0), 0)
      expect(scheduleNeeds(durationsMs, needs, durationsMs.length).wallMs).toBe(pathMs)
      for (const [at, index] of path.entries()) if (at > 0) expect(needs[index]).toContain(path[at - 1])
    }),
  )
})
